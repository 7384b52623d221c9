"""The key `otherwise`."""
