"""Shelf of controls: planted flaws and their patched twins."""
