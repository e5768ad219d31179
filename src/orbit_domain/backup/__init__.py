"""Backups: what is known of each, which are kept, and when one is due."""
