"""What a technician with a box of mixed devices is told about each of them."""
