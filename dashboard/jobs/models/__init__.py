"""Rows of background work."""
