"""How many updates were handled, how they ended, and how long they took."""

from bisect import bisect_left
from collections import Counter

from orbit_entry.bot.update_outcome import UpdateOutcome

LIMITS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class UpdateMeter:
    """Plain numbers without locks, because every update is counted here by the one thread of the event loop.

    `within` has a count for each of LIMITS_S and one for what took longer, each update in one of them.
    """

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, UpdateOutcome]] = Counter()
        self.within = [0] * (len(LIMITS_S) + 1)
        self.seconds = 0.0

    def __call__(self, kind: str, outcome: UpdateOutcome, seconds: float) -> None:
        """An update of *kind* has ended after so many seconds."""
        self.ended[kind, outcome] += 1
        self.within[bisect_left(LIMITS_S, seconds)] += 1
        self.seconds += seconds
