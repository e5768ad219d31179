"""The web server of a process: the webhook and health."""
