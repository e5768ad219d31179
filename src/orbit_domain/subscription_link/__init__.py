"""The shop's own subscription link, one address for all keys of a customer."""
