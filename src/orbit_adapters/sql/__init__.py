"""The storage in SQL: SQLite as the embedded default, PostgreSQL for large shops."""
