"""The sandbox shop: the real bot and worker among local simulators."""
