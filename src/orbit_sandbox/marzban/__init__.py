"""A simulator of the Marzban 0.8.4 panel: its REST API with its quirks, over a state in memory."""
