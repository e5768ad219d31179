"""Every port in memory, without services: for unit tests, simulation and the embedded default."""
