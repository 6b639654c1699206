"""The ledger: commands are decided against folded history, and their facts appended to one log."""
