"""Moves from one database to another: a whole shop of ours, or what OrbitVPN has left."""
