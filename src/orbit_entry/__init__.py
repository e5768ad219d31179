"""Entry points: each parses its input, calls one use case, and shows the result."""
