"""What `orbit doctor` looks at."""
