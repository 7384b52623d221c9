"""What breaks around a model: malformed input, slow and failing dependencies."""
