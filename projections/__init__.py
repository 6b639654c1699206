"""What can be read: pure functions of the facts, at any point of two time axes."""
