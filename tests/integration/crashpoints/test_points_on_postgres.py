"""The process dies at any of its port calls, on a real PostgreSQL, and another one finishes what was begun."""

from tests.integration.crashpoints.campaign import Campaign
from tests.servers.databases import Databases

POINTS = 300


async def test_dying_at_any_call_loses_nothing_and_doubles_nothing(
    databases: Databases, migrated_template: str
) -> None:
    """Hundreds of deaths at begin, statement, COMMIT or outside call: each journey ends delivered once."""
    tally = await Campaign(databases, migrated_template).run(POINTS)
    assert tally.points >= POINTS
    assert tally.journeys > 15
