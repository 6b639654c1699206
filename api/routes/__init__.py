"""Routes: body to command, command to the book, answer to JSON. Nothing is decided here."""
