"""Faults of OrbitVPN with time: local time mixed with UTC, and reminder marks that outlived their period."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.subscription.reminders import due
from orbit_domain.subscription.subscription import Grant, Subscription
from tests.unit.subscription.test_reminders import END, PAID

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(ZONES, st.integers(-400_000, 400_000))
def test_the_zone_of_a_clock_decides_nothing(zone: timezone, offset_s: int) -> None:
    """The same instant in any time zone gives the same state, reminder and end."""
    now = END + timedelta(seconds=offset_s)
    abroad = now.astimezone(zone)
    assert PAID.state(abroad) is PAID.state(now)
    assert due(PAID, abroad) == due(PAID, now)
    assert PAID.extend(Grant("a", PAID.tg_id, 60, abroad), PlanCode("p")) == PAID.extend(
        Grant("a", PAID.tg_id, 60, now), PlanCode("p")
    )


@pytest.mark.parametrize("ask", [PAID.state, lambda now: due(PAID, now)])
def test_a_time_without_a_zone_is_never_guessed(ask) -> None:
    """A local time without its zone is an error at once, not hours of access more or less."""
    with pytest.raises(TypeError):
        ask(datetime(2026, 11, 21, 12))  # noqa: DTZ001 - the very thing that must not pass


def test_daylight_saving_gives_and_takes_no_hour() -> None:
    """Thirty days across the change of clocks are thirty times 86 400 seconds."""
    before_change = datetime.fromisoformat("2026-10-20T12:00:00+02:00")
    bought = Subscription(TelegramId(42)).extend(Grant("a", TelegramId(42), 30 * 86_400, before_change), PlanCode("p"))
    assert bought.ends_at == datetime.fromisoformat("2026-11-19T11:00:00+01:00")


def test_a_reminder_of_the_last_period_doesn_t_silence_the_next() -> None:
    """A reminder holds its period, so the next period's reminder is another one."""
    first = due(PAID, END - timedelta(hours=20))
    renewed = PAID.extend(Grant("order:2", PAID.tg_id, 30 * 86_400, END), PlanCode("sub_1m"))
    assert renewed.ends_at is not None
    second = due(renewed, renewed.ends_at - timedelta(hours=20))
    assert first is not None
    assert second is not None
    assert second.kind is first.kind
    assert second != first
