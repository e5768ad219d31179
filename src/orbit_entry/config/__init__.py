"""Everything the owner sets, by area."""
