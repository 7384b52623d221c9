"""What turns the tree into the files of a release, equal to the byte wherever it is done."""
