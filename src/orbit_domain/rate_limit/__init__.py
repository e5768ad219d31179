"""How much one user may ask for."""
