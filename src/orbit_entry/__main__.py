"""`python -m orbit_entry` is the same as `orbit`."""

from orbit_entry.cli import main

main()
