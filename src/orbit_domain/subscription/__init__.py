"""The time a customer has."""
