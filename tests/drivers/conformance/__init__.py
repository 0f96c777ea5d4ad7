"""What every driver promises, tried on every driver there is."""
