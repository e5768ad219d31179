"""The clock and the randomness of the operating system."""
