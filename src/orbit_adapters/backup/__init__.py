"""Backups of a shop's database: encrypted archives in a folder, each verified by restoring it elsewhere."""
