"""The sandbox shop: the real bot and worker among local stand-ins."""
