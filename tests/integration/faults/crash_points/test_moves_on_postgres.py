"""The process crashes while a panel is evacuated or mended, on a real PostgreSQL: the next one finishes."""

import os
from collections.abc import Awaitable, Callable

import pytest

from orbit_domain.ids import PanelId
from tests.integration.faults.crash_points.moves_database import MovesDatabase, open_moves_database
from tests.support.servers.databases import Databases
from tests.unit.use_cases.moving_journey import ONE, TWO, MovingJourney, check_outcome

EVERY = int(os.environ.get("ORBIT_TEST_MOVES_EVERY", "60"))
"""Of how many calls (begin, statement, COMMIT, outside call) one is crashed at; 1 on demand (`make moves`)."""

Act = Callable[[MovingJourney], Awaitable[None]]


@pytest.mark.parametrize(
    ("act", "home", "told", "least"),
    [
        pytest.param(MovingJourney.evacuate, TWO, 2, 150, id="evacuation"),
        pytest.param(MovingJourney.mend, ONE, 1, 90, id="mending"),
    ],
)
async def test_a_move_may_crash_at_any_statement(
    databases: Databases, migrated_template: str, act: Act, home: PanelId, told: int, least: int
) -> None:
    """Each key ends with one account, its customer is told once, and in an evacuation nobody is without one meanwhile.

    In memory every call is crashed at (`tests/unit/use_cases/test_crash_points_of_moves.py`).
    """
    async with open_moves_database(databases, migrated_template) as moves:
        calls = await crashed_in(moves, act, home, told, frozenset())
        assert calls > least
        points = range(1 + EVERY // 2, calls + 1, EVERY)
        for call in points:
            await crashed_in(moves, act, home, told, {call, call + 5 * (call % 2)})
    print(f"{len(points)} of {calls} calls crashed at: one account a key, nobody told twice")


async def crashed_in(moves: MovesDatabase, act: Act, home: PanelId, told: int, fatal: set[int] | frozenset[int]) -> int:
    """One journey with crashes at these calls, to its end; how many calls it had."""
    async with moves.journey(fatal) as journey:
        await act(journey)
        assert (journey.crashes > 0) == bool(fatal)
        await check_outcome(journey, home, told)
        return journey.passed
