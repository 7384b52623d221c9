"""Edits of texts: typing mistakes, look-alike characters, and a search for the worst."""
