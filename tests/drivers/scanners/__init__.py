"""Tests of the code scanners."""
