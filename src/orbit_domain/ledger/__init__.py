"""The books: double entry, append-only."""
