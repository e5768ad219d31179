"""How the schema came to be, step by step, and back."""
