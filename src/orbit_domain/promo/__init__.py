"""Codes that make a purchase cheaper, or give time or money."""
