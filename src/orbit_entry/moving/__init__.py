"""How moves between databases are shown."""
