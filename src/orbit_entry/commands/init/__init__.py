"""`orbit init`: asks what a shop needs, looks at what it is told, and writes the settings."""
