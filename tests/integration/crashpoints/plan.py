"""Where in a journey the process dies, and where another process meets it: systematically, or drawn from a seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_DEATHS = 5
_MEETINGS = 0.3


@dataclass(frozen=True, slots=True)
class Attempt:
    """One life spent on one step: it dies at the call `fatal` and is met at the call `meeting`; 0 is never."""

    fatal: int = 0
    meeting: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in journey `number`: the attempts at each step, of which the last is followed by a calm one.

    `hasty`: the customer renews before the first delivery. `patient`: a tap that died is left to the loops.
    """

    number: int
    hasty: bool = False
    patient: bool = False
    attempts: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)


def sweep(lengths: Mapping[str, int]) -> Iterator[Plan]:
    """For every n, twice: in each step that has so many calls, the process dies once, at its n-th."""
    number = 0
    for n in range(1, max(lengths.values()) + 1):
        for hasty in (False, True):
            number += 1
            attempts = {step: (Attempt(n),) for step, length in lengths.items() if n <= length}
            yield Plan(number, hasty=hasty, patient=n % 2 == 0, attempts=attempts)


def drawn(lengths: Mapping[str, int], seed: int, number: int) -> Plan:
    """Journey *number* of *seed*: up to five deaths in each step, at any calls, some of them beside another process."""
    chance = random.Random(f"{seed}/{number}")

    def attempt(length: int) -> Attempt:
        meeting = chance.randint(1, length) if chance.random() < _MEETINGS else 0
        return Attempt(chance.randint(1, length), meeting)

    attempts = {
        step: tuple(attempt(length) for _ in range(chance.randint(0, MOST_DEATHS))) for step, length in lengths.items()
    }
    return Plan(number, hasty=chance.random() < 0.5, patient=chance.random() < 0.5, attempts=attempts)


def plans(lengths: Mapping[str, int], seed: int) -> Iterator[Plan]:
    """First every single death, then what *seed* draws, without end."""
    number = 0
    for plan in sweep(lengths):
        number = plan.number
        yield plan
    while True:
        number += 1
        yield drawn(lengths, seed, number)
