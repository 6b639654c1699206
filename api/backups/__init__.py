"""Backups of a ledger with PostgreSQL's own means, and the way back from them."""
