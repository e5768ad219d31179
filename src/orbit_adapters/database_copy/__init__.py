"""Copies a whole shop from one database to another."""
