"""Shelf of signers: who puts a name under it."""
