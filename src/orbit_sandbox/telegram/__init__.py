"""A local Bot API: the world behind it, its HTTP face and what the sandbox page sees of it."""
