"""Checking a log without trusting whoever keeps it: a bundle offline, or the live database."""
