"""The form of scenario files."""
