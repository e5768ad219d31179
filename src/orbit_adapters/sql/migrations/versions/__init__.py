"""One module for each migration. The DDL of a released migration is never edited."""
