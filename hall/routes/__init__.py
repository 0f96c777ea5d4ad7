"""HTTP in, services called, shapes out. Nothing is decided here."""
