"""A day of taps in a shop, the same in every run.

No shop has sold with Orbit yet, so it is generated from a seed with typical habits: customers visit more in the
evening than at night, tap a few times within a minute, and sometimes buy.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SECONDS = 86_400
MEDIAN_GAP_S = 6.0
GAP_SPREAD = 1.1
TAPS_A_VISIT = 7
BUYS = 0.15
# How busy each hour is, from midnight.
HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 8, 8, 9, 9, 9, 9, 10, 11, 13, 14, 14, 12, 8, 4)


class Action(StrEnum):
    """TAP opens the menu; CHANGE writes to the customer's row: language, balance, time."""

    TAP = "tap"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """An action of the *customer*-th customer, *at_s* seconds after midnight."""

    at_s: float
    customer: int
    action: Action


def day(customers: int, seed: int = 20261121) -> list[Event]:
    """All actions of *customers* in a day, in order; each visits once or twice."""
    chance = random.Random(seed)
    return sorted(
        event
        for customer in range(customers)
        for _ in range(chance.choice((1, 1, 1, 2)))
        for event in _visit(chance, customer)
    )


def _visit(chance: random.Random, customer: int) -> Iterator[Event]:
    (hour,) = chance.choices(range(24), HOURS)
    at_s = (hour + chance.random()) * 3_600
    taps = 1 + min(int(chance.expovariate(1 / (TAPS_A_VISIT - 1))), 60)
    buys_after = chance.randrange(taps) if chance.random() < BUYS else None
    for tap in range(taps):
        yield Event(at_s, customer, Action.TAP)
        if tap == buys_after:
            # The money, the order, and the trial mark or the reminder that follow it.
            yield from (Event(at_s + later_s, customer, Action.CHANGE) for later_s in (1.0, 1.5))
        at_s += MEDIAN_GAP_S * chance.lognormvariate(0, GAP_SPREAD)
