"""Data that nothing needs any more: what it is, and how long it is kept."""
