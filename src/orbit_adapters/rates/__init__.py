"""Exchange rates: a fixed setting, or the median of independent sources."""
