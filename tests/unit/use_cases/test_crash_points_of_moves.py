"""The process crashes at every call of an evacuation and of a mending: each key ends with one account, told once."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.ids import PanelId
from tests.support.invariants import check_panels
from tests.unit.use_cases.moving_journey import ONE, PEOPLE, TWO, MovingJourney

Act = Callable[[MovingJourney], Awaitable[None]]


async def check_outcome(journey: MovingJourney, home: PanelId, told: int) -> None:
    """Every key has one account, at *home*; nothing is left to do; each customer was told so often in all."""
    keys = await journey.keys()
    assert {key.panel_id for key in keys} == {home}
    assert all(key.is_confirmed for key in keys)
    assert journey.accounts() == Counter((home, key.username) for key in keys)
    states = {one.state for key in keys for one in key.placements}
    assert states <= {PlacementState.HOME, PlacementState.GONE}
    assert [len(journey.world.notices(tg_id, "key_ready")) for tg_id in PEOPLE] == [told] * len(PEOPLE)
    await check_panels(journey.world)


async def sweep(act: Act, home: PanelId, told: int) -> int:
    """Crash at each call in turn, every other time in the next process too. How many calls there are."""
    whole = MovingJourney()
    await act(whole)
    await check_outcome(whole, home, told)
    for call in range(1, whole.passed + 1):
        journey = MovingJourney({call, call + 5 * (call % 2)})
        await act(journey)
        assert journey.crashes >= 1
        await check_outcome(journey, home, told)
        if home is TWO:
            assert journey.unserved == []
    return whole.passed


async def test_an_evacuation_may_crash_anywhere() -> None:
    """Whatever was called last, the next run finishes: nobody is without an account meanwhile, nobody is told twice."""
    assert await sweep(MovingJourney.evacuate, TWO, told=2) > 60


async def test_a_mending_may_crash_anywhere() -> None:
    """Lost accounts come back under the links of before, the double one goes, and no customer hears of it."""
    assert await sweep(MovingJourney.mend, ONE, told=1) > 40


async def test_the_sweep_sees_an_account_that_goes_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the old account was removed before the new one is confirmed, some crash leaves a customer without any."""

    def leave(self: Placement, now: datetime) -> Placement:
        return self.remove(now)

    monkeypatch.setattr(Placement, "leave", leave)
    with pytest.raises(AssertionError, match="orbit_100"):
        await sweep(MovingJourney.evacuate, TWO, told=2)
