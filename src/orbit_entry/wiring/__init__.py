"""Which adapter plays which port, by area."""
