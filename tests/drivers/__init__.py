"""Tests of the devices' bytes: drivers, emulators and what goes between them."""
