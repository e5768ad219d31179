"""Money coming in: what we ask for, what arrived, and whose it is."""
