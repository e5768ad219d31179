"""What is recorded, compared with what others say, and told by period."""
