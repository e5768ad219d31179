"""Benchmarks of the shop: `python -m benchmarks`. Results and machines are in docs/figures.md."""
