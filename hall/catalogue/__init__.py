"""The hall's service catalogue: its roots and its items as TOML, and `load.py`, which reads and checks them."""
