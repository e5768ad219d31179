"""How fast the shop is: `python -m benchmarks`. What was measured, and where, is in docs/figures.md."""
