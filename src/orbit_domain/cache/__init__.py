"""A cache: it may lose any entry at any time and never decides about money or access."""
