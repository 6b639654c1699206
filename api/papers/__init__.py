"""Papers for signature: what the ledger knew of a finding or sample, as a document for offices."""
