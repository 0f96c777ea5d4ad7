"""The set-up, the installation and the unit files."""
