"""A stand-in for the Marzban 0.8.4 panel: its REST interface with its traps, over a world held in memory."""
