"""What a process still holds after it should have forgotten, looked for from outside."""
