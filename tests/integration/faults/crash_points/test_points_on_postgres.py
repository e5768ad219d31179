"""The process crashes at any of its calls, on a real PostgreSQL, and another one finishes what was begun."""

from tests.integration.faults.crash_points.campaign import Campaign
from tests.integration.faults.crash_points.plan import Lengths, Share, sweep
from tests.support.servers.databases import Databases

POINTS = 1_400
"""Of all shares: every call of the sweep and a few random plans. The suite's other points are those of every way to
pay, in memory (`tests/integration/all_gateways/test_crash_sweep.py`)."""
SHARES = 4
"""One of them runs in the suite: a quarter of the calls. `make crash` takes them all."""


def _crashes(lengths: Lengths, share: Share) -> set[tuple[str, int]]:
    """The crashes that this share of the sweep plans."""
    attempts = (tried for plan in share.pick(sweep(lengths)) for tried in plan.attempts.items())
    return {(step, attempt.fatal) for step, tries in attempts for attempt in tries if attempt.fatal}


async def test_dying_at_any_call_loses_nothing_and_doubles_nothing(
    databases: Databases, migrated_template: str
) -> None:
    """Crashes at begin, statement, COMMIT or outside call, at each of the share's: each journey ends delivered once."""
    share = Share(0, SHARES)
    campaign = Campaign(databases, migrated_template, share=share)
    lengths = await campaign.rehearse()
    tally = await campaign.run(lengths, POINTS // SHARES)
    assert tally.points >= POINTS // SHARES
    assert _crashes(lengths, share) <= tally.hits.keys()
    assert tally.meetings > 80


async def test_the_shares_together_are_fatal_at_every_call(databases: Databases, migrated_template: str) -> None:
    """No call of the journey is left out when the sweep is dealt to several tests."""
    lengths = await Campaign(databases, migrated_template).rehearse()
    swept = set().union(*(_crashes(lengths, Share(part, SHARES)) for part in range(SHARES)))
    assert swept == {
        (step, n) for steps in lengths.values() for step, length in steps.items() for n in range(1, length + 1)
    }
