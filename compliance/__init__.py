"""What ought to hold: clause catalogues and their assessment against what the facts show."""
