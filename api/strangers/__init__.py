"""Strangers' files: opened and read in a process of their own, never in the service's."""
