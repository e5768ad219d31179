"""Where in a journey the process crashes, and where another one meets it: systematically, or drawn from a seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice

MAXIMUM_CRASHES = 5
_MEETINGS = 0.3
_LAST_MEETINGS = 0.5

Lengths = Mapping[bool, Mapping[str, int]]
"""How many calls each step has without crashes: in a patient customer's journey (False) and in a hasty one's (True)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One process on one step: it crashes at the call `fatal`, another one meets it at `meeting`; 0 is never."""

    fatal: int = 0
    meeting: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Journey `number`: the attempts at each step. When the process crashed in all of them, one without crash follows.

    `hasty`: the customer renews before the first delivery. `patient`: after a crash the customer doesn't tap again,
    and the jobs finish the work.
    """

    number: int
    hasty: bool = False
    patient: bool = False
    attempts: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """One plan of every `of`: the parts 0 to `of` - 1 are all plans together, and no two have one in common."""

    part: int = 0
    of: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.part < self.of:
            raise ValueError(f"there is no part {self.part} of {self.of}")

    def pick(self, plans: Iterator[Plan]) -> Iterator[Plan]:
        """This share of *plans*."""
        return islice(plans, self.part, None, self.of)


def sweep(lengths: Lengths) -> Iterator[Plan]:
    """In each step the process crashes at every call, one crash a journey and step; then another meets it at each.

    The steps before the first in which a hasty and a patient customer differ aren't repeated for the hasty one. No
    process meets a hasty customer's: it would do the very calls that are to be crashed at.
    """
    numbers = count(1)
    common = _common_start(lengths)
    for hasty, steps in lengths.items():
        swept = {step: length for step, length in steps.items() if not (hasty and step in common)}
        for n in range(1, max(swept.values()) + 1):
            room = {step: length for step, length in swept.items() if n <= (length if hasty else 2 * length)}
            attempts = {step: (_systematic(n, length),) for step, length in room.items()}
            yield Plan(next(numbers), hasty=hasty, patient=n % 2 == 0, attempts=attempts)


def random_plan(lengths: Lengths, seed: int, number: int) -> Plan:
    """Journey *number* of *seed*: up to five crashes in each step, at any calls, many beside another process."""
    chance = random.Random(f"{seed}/{number}")
    hasty, patient = chance.random() < 0.5, chance.random() < 0.5
    attempts = {step: _random_attempts(chance, length) for step, length in lengths[hasty].items()}
    return Plan(number, hasty, patient, attempts)


def plans(lengths: Lengths, seed: int) -> Iterator[Plan]:
    """First the sweep, then random plans of *seed*, without end.

    In the sweep a hasty customer's process crashes at random in the steps before those that are swept: so fewer
    journeys pass as many points.
    """
    swept = 0
    for plan in sweep(lengths):
        swept = plan.number
        yield _with_crashes_before(plan, lengths, seed) if plan.hasty else plan
    yield from random_plans(lengths, seed, swept + 1)


def random_plans(lengths: Lengths, seed: int, first: int = 1) -> Iterator[Plan]:
    """Random plans of *seed* without end, numbered from *first*."""
    return (random_plan(lengths, seed, number) for number in count(first))


def _with_crashes_before(plan: Plan, lengths: Lengths, seed: int) -> Plan:
    """*plan* with random crashes, and without meetings, in the steps that aren't swept for its customer."""
    chance = random.Random(f"{seed}/{plan.number}")
    common, steps = _common_start(lengths), lengths[plan.hasty]
    crashes = {step: _random_attempts(chance, steps[step], meets=False) for step in steps if step in common}
    return replace(plan, attempts={**crashes, **plan.attempts})


def _random_attempts(chance: random.Random, length: int, *, meets: bool = True) -> tuple[Attempt, ...]:
    def met(often: float) -> int:
        return chance.randint(1, length) if meets and chance.random() < often else 0

    crashes = [Attempt(chance.randint(1, length), met(_MEETINGS)) for _ in range(chance.randint(0, MAXIMUM_CRASHES))]
    return (*crashes, Attempt(0, met(_LAST_MEETINGS)))


def _common_start(lengths: Lengths) -> set[str]:
    """The steps before the first in which the two kinds of customer differ."""
    common: set[str] = set()
    for one, other in zip(lengths[False], lengths[True], strict=False):
        if one != other:
            break
        common.add(one)
    return common


def _systematic(n: int, length: int) -> Attempt:
    return Attempt(fatal=n) if n <= length else Attempt(meeting=n - length)
