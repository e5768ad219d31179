"""Every port without services: for unit tests, simulation and the embedded default."""
