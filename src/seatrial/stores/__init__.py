"""Shelf of stores: bytes by digest."""
