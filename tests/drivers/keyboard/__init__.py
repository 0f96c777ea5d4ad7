"""Tests of the devices that type."""
