"""Copies all rows of a shop from one database to another."""
