"""A campaign that can't fail proves nothing: it finds every seeded bug."""

import pytest

from tests.integration.faults.crash_points.campaign import Campaign
from tests.integration.faults.crash_points.seeded_bugs import (
    CursorBeforeCommit,
    DedupeAfterCredit,
    MissingLock,
    MissingLockAndKeys,
    SeededBug,
)
from tests.support.servers.databases import Databases

WITHIN = 500


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        pytest.param(DedupeAfterCredit, "credited 51600, arrived 25800", id="dedupe after credit"),
        pytest.param(CursorBeforeCommit, "was read past, and is recorded as None", id="cursor before commit"),
        pytest.param(MissingLock, "TrialUsed", id="missing lock"),
        pytest.param(MissingLockAndKeys, "InsufficientBalance", id="missing lock and unique keys"),
    ],
)
async def test_a_seeded_bug_is_found_within_500_points(
    databases: Databases, migrated_template: str, bug: SeededBug, found: str
) -> None:
    """The shop sells as long as no process crashes or meets another; when they do, the bug is found by its effect."""
    campaign = Campaign(databases, migrated_template, bug=bug)
    lengths = await campaign.rehearse()
    with pytest.raises(AssertionError, match=found):
        await campaign.run(lengths, WITHIN, parallel=1)
    assert campaign.tally.points <= WITHIN
