"""Readers of files that people already have: bytes in, typed lines out, nothing written."""
