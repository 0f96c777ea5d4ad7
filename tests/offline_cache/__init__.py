"""The terminal's disk and its talk with the hall."""
