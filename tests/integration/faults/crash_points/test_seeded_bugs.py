"""A campaign that can't fail proves nothing: it finds every seeded bug."""

from collections.abc import Iterator
from itertools import cycle

import pytest

from tests.integration.faults.crash_points.campaign import Campaign, Planned
from tests.integration.faults.crash_points.plan import Attempt, Lengths, Plan, random_plans
from tests.integration.faults.crash_points.seeded_bugs import (
    CursorBeforeCommit,
    DedupeAfterCredit,
    MissingLock,
    MissingLockAndKeys,
    SeededBug,
)
from tests.support.servers.databases import Databases

WITHIN = 500
_ANY_HARM = r"^(?![\s\S]*(StorageUnavailable|StorageBusy|Timeout))"
"""Without locks it depends on who is quicker what goes wrong first: a refusal, a contradiction, a second account.
A machine that is too slow does no harm of this kind."""


def _check_backwards(lengths: Lengths, _: int) -> Iterator[Plan]:
    """The process crashes at every call of the step that settles the payment, the last call first."""
    fatal = range(lengths[False]["check"], 0, -1)
    return (Plan(number, attempts={"check": (Attempt(call),)}) for number, call in enumerate(fatal, 1))


def _meetings(lengths: Lengths, _: int) -> Iterator[Plan]:
    """The process crashes as it begins to renew; its successor meets another one, at every call of the step in turn.

    Who is quicker differs from run to run, so the two meet again until the points are used up.
    """
    calls = cycle(range(1, lengths[False]["renew"] + 1))
    return (Plan(number, attempts={"renew": (Attempt(1), Attempt(0, call))}) for number, call in enumerate(calls, 1))


@pytest.mark.parametrize(
    ("bug", "planned", "found"),
    [
        pytest.param(DedupeAfterCredit, _check_backwards, "credited 51600, arrived 25800", id="dedupe after credit"),
        pytest.param(
            CursorBeforeCommit, random_plans, "was read past, and is recorded as None", id="cursor before commit"
        ),
        pytest.param(MissingLock, _meetings, _ANY_HARM, id="missing lock"),
        pytest.param(MissingLockAndKeys, _meetings, _ANY_HARM, id="missing lock and unique keys"),
    ],
)
async def test_a_seeded_bug_is_found_within_500_points(
    databases: Databases, migrated_template: str, bug: SeededBug, planned: Planned, found: str
) -> None:
    """The shop sells as long as no process crashes or meets another; when they do, the bug is found by its effect.

    A part of the plans is enough: those that reach the moment in which the bug does its harm.
    """
    campaign = Campaign(databases, migrated_template, bug=bug, planned=planned)
    lengths = await campaign.rehearse()
    with pytest.raises(AssertionError, match=found):
        await campaign.run(lengths, WITHIN, parallel=1)
    assert campaign.tally.points <= WITHIN
