"""Which piece of work a line, a request and a span belong to (docs/decisions/0063)."""
