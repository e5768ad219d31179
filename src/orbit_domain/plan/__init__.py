"""What can be bought, and for how much."""
