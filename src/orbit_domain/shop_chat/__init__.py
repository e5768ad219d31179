"""Where the shop writes to its staff."""
