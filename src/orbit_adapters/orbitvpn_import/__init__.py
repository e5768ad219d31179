"""Imports the database of an OrbitVPN v2 shop."""
