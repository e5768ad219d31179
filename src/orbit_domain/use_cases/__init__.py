"""The product: one use case a file."""
