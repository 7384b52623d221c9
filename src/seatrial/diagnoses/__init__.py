"""Shelf: what the numbers of an attack say of the model, as signs that it hides its weakness.  They run nothing."""
