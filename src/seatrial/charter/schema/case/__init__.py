"""The block `cases` of a charter."""
