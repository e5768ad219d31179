"""Notices: facts for people, without words."""
