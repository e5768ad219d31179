"""How much one person may ask of us at once."""
