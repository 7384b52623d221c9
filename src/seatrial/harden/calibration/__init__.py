"""Whether a model's confidence is to be believed, and the remedy where it is not."""
