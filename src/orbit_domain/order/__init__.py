"""One wish to buy one plan."""
