"""The command line: one file per command that parses, calls a verb and prints."""
