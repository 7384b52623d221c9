"""The block `target` of a charter."""
