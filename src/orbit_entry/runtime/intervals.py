"""How often the loops turn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between turns. The demo goes faster than a shop that shares a public endpoint's limits."""

    chain_s: float = 4.0
    panel_s: float = 1.0
    notices_s: float = 0.5
    sweep_s: float = 30.0
