"""One plugin for every shelf."""
