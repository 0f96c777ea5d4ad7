"""Tests of the receivers of call buttons."""
