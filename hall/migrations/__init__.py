"""Alembic's scripts; `hall serve` runs them at start."""
