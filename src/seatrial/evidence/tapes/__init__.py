"""Where the bytes of a log lie: a folder, or a database that many machines write to."""
