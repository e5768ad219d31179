"""Seals secrets before they are stored."""
