"""What a scan has met and done so far."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of a scan. `told` and `met` are lies by name: how many were told, and how many met as they have to be.

    `spent_s` and `spent_cpu_s`: what reading and booking took, without the index, by the clock and of the processor.
    `honest_s` and `honest_recorded`: the time by the clock of readings without a lie, and what those brought.
    """

    transfers: int = 0
    recorded: int = 0
    readings: int = 0
    races: int = 0
    requests: int = 0
    settled: int = 0
    told: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    spent_s: float = 0.0
    spent_cpu_s: float = 0.0
    honest_s: float = 0.0
    honest_recorded: int = 0

    @property
    def per_second(self) -> float:
        """Transfers recorded in a second by the clock."""
        return self.recorded / self.spent_s if self.spent_s else 0.0

    @property
    def per_cpu_second(self) -> float:
        """Transfers recorded in a second of processor time."""
        return self.recorded / self.spent_cpu_s if self.spent_cpu_s else 0.0

    @property
    def honest_per_second(self) -> float:
        """Transfers recorded in a second by the clock, in readings without a lie."""
        return self.honest_recorded / self.honest_s if self.honest_s else 0.0
