"""One module a step. Steps that were released are never edited."""
