"""The demonstration that `make run` starts: a ledger of its own under a simulated clock."""
