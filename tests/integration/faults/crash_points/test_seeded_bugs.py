"""A campaign that can't fail proves nothing: it finds every shop that was made wrong on purpose."""

import pytest

from tests.integration.faults.crash_points.campaign import Campaign
from tests.integration.faults.crash_points.seeded_bugs import (
    CursorBeforeCommit,
    DedupeAfterCredit,
    MissingLock,
    MissingLockAndKeys,
    Sabotage,
)
from tests.support.servers.databases import Databases

WITHIN = 500


@pytest.mark.parametrize(
    ("sabotage", "found"),
    [
        pytest.param(DedupeAfterCredit, "credited 51600, arrived 25800", id="dedupe after credit"),
        pytest.param(CursorBeforeCommit, "was read past, and is recorded as None", id="cursor before commit"),
        pytest.param(MissingLock, "TrialUsed", id="missing lock"),
        pytest.param(MissingLockAndKeys, "InsufficientBalance", id="missing lock and unique keys"),
    ],
)
async def test_a_sabotage_is_found_within_500_points(
    databases: Databases, migrated_template: str, sabotage: Sabotage, found: str
) -> None:
    """It sells as long as nobody dies or meets, and is found for what is wrong with it when they do."""
    campaign = Campaign(databases, migrated_template, sabotage=sabotage)
    lengths = await campaign.rehearse()
    with pytest.raises(AssertionError, match=found):
        await campaign.run(lengths, WITHIN, streets=1)
    assert campaign.tally.points <= WITHIN
