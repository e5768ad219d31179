"""What a customer wants to be told, and when."""
