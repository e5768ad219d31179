"""Where a key should live."""
