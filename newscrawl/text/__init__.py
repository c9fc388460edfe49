"""Readers of text that discovery and extraction share. Pure functions of bytes and strings."""
