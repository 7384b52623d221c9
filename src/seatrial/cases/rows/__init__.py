"""Rows of files, read one after the other, and each again by its place."""
