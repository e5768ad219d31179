"""What an asset is worth: a fixed setting, or the median of independent sources."""
