"""The web door: the webhook and health."""
