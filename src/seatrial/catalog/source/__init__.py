"""Text that people write, with the line of every key and value."""
