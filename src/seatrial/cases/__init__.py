"""Shelf of cases: where samples come from."""
