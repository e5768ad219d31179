"""Where in a journey the process dies, and where another process meets it: systematically, or drawn from a seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice

MOST_DEATHS = 5
_MEETINGS = 0.3
_LAST_MEETINGS = 0.5

Lengths = Mapping[bool, Mapping[str, int]]
"""How many calls each step has when nothing happens, in a patient customer's journey (False) and in a hasty one's."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One life spent on one step: it dies at the call `fatal` and is met at the call `meeting`; 0 is never."""

    fatal: int = 0
    meeting: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in journey `number`: the attempts at each step; when the process died in all, a calm one follows.

    `hasty`: the customer renews before the first delivery. `patient`: a tap that died is left to the loops.
    """

    number: int
    hasty: bool = False
    patient: bool = False
    attempts: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """Every so manieth plan: the shares 0 to `of` - 1 are all plans together, and no two have one in common."""

    part: int = 0
    of: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.part < self.of:
            raise ValueError(f"there is no part {self.part} of {self.of}")

    def pick(self, plans: Iterator[Plan]) -> Iterator[Plan]:
        """This share of *plans*."""
        return islice(plans, self.part, None, self.of)


def sweep(lengths: Lengths) -> Iterator[Plan]:
    """In each step the process dies at every call, one death a journey; where there is room, another meets it after.

    What a hasty customer does like a patient one, up to the second choice, isn't gone through again, and nobody
    meets a hasty one: it would do what is to be died in.
    """
    numbers = count(1)
    alike = _begun_alike(lengths)
    for hasty, steps in lengths.items():
        swept = {step: length for step, length in steps.items() if not (hasty and step in alike)}
        for n in range(1, max(swept.values()) + 1):
            room = {step: length for step, length in swept.items() if n <= (length if hasty else 2 * length)}
            attempts = {step: (_systematic(n, length),) for step, length in room.items()}
            yield Plan(next(numbers), hasty=hasty, patient=n % 2 == 0, attempts=attempts)


def drawn(lengths: Lengths, seed: int, number: int) -> Plan:
    """Journey *number* of *seed*: up to five deaths in each step, at any calls, many of them beside another process."""
    chance = random.Random(f"{seed}/{number}")
    hasty, patient = chance.random() < 0.5, chance.random() < 0.5

    def met(length: int, often: float) -> int:
        return chance.randint(1, length) if chance.random() < often else 0

    def attempts(length: int) -> tuple[Attempt, ...]:
        deaths = (
            Attempt(chance.randint(1, length), met(length, _MEETINGS)) for _ in range(chance.randint(0, MOST_DEATHS))
        )
        return (*deaths, Attempt(0, met(length, _LAST_MEETINGS)))

    return Plan(number, hasty, patient, {step: attempts(length) for step, length in lengths[hasty].items()})


def plans(lengths: Lengths, seed: int) -> Iterator[Plan]:
    """First the sweep, then what *seed* draws, without end."""
    swept = 0
    for plan in sweep(lengths):
        swept = plan.number
        yield plan
    for number in count(swept + 1):
        yield drawn(lengths, seed, number)


def _begun_alike(lengths: Lengths) -> set[str]:
    """The steps before the first in which the two kinds of customer differ."""
    alike: set[str] = set()
    for one, other in zip(lengths[False], lengths[True], strict=False):
        if one != other:
            break
        alike.add(one)
    return alike


def _systematic(n: int, length: int) -> Attempt:
    return Attempt(fatal=n) if n <= length else Attempt(meeting=n - length)
