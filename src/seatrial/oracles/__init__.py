"""Shelf of oracles: who says whether it held."""
