"""The witness as a service of its own: it knows logs and their trees, no ledger and no database."""
