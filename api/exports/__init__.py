"""A reading as a file or a JSON document; amounts are fen for programs and yuan for people."""
