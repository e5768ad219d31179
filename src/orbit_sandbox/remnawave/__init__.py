"""A simulated Remnawave panel, of the second or the third version, that speaks the real protocol."""
