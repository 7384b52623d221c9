"""What an outsider runs: standard library and cryptography only."""
