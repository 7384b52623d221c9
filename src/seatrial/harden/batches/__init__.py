"""What is learned from, update by update: which cases, in which order, read by whom."""
