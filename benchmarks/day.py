"""A day of a shop, the same in every run: who taps when, and what changes them.

No shop has sold with Orbit yet, so it is made from a seed, with the habits that the chat pages show: people come
in the evening more than at night, tap a few times within a minute, wander off, and now and then buy.
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


class Act(StrEnum):
    """TAP looks at the menu; CHANGE is recorded about the customer: language, balance, time."""

    TAP = "tap"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """What the *customer*-th customer does, *at_s* seconds after midnight."""

    at_s: float
    customer: int
    act: Act


def day(customers: int, seed: int = 20261121) -> list[Moment]:
    """Everything that *customers* do in a day, in order; each visits once or twice."""
    chance = random.Random(seed)
    return sorted(
        moment
        for customer in range(customers)
        for _ in range(chance.choice((1, 1, 1, 2)))
        for moment in _visit(chance, customer)
    )


def _visit(chance: random.Random, customer: int) -> Iterator[Moment]:
    (hour,) = chance.choices(range(24), HOURS)
    at_s = (hour + chance.random()) * 3_600
    taps = 1 + min(int(chance.expovariate(1 / (TAPS_A_VISIT - 1))), 60)
    buys_after = chance.randrange(taps) if chance.random() < BUYS else None
    for tap in range(taps):
        yield Moment(at_s, customer, Act.TAP)
        if tap == buys_after:
            # The money, the order, and the trial mark or the reminder that follow it.
            yield from (Moment(at_s + later_s, customer, Act.CHANGE) for later_s in (1.0, 1.5))
        at_s += MEDIAN_GAP_S * chance.lognormvariate(0, GAP_SPREAD)
