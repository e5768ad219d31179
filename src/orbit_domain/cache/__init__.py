"""Short memory that may forget anything: never asked about money or access."""
