"""Shelf of executors: where shards are worked."""
