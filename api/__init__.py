"""The door: HTTP, command line, settings, and everything that enters from outside."""
