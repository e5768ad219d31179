"""Numbers about a running process and its shop, for Prometheus."""
