"""The process crashes at every call of an evacuation and of a mending: each key ends with one account, told once."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from orbit_domain.access.placement import Placement
from orbit_domain.ids import PanelId
from tests.unit.use_cases.moving_journey import ONE, TWO, MovingJourney, check_outcome

Act = Callable[[MovingJourney], Awaitable[None]]


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
