"""What the owner sets while the shop runs."""
