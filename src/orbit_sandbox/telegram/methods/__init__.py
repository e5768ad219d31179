"""What a bot may ask of the Bot API, one module a family of methods."""
