"""Holds the public contract to its promises: what changed, whether it may, and the log that tells of it."""
