"""What an auditor carries away: the log or one institution's part, with a manifest."""
