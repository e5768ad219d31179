"""Who may see how the shop went, how often it is counted, and what its figures add up to."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.trends import MemoryTrends
from orbit_domain.chart import Chart
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB, rub
from orbit_domain.stats import ChurnStats, Revenue, Span, Trends, TrialStats
from orbit_domain.use_cases.draw_chart import DrawChart
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_trends import ShowTrends
from orbit_domain.user.user import NoSuchUser, Role
from tests.support.clock import NOON, FakeClock

OWNER, VERA = TelegramId(1), TelegramId(2)
DAY = timedelta(days=1)


class CountingTrends(MemoryTrends):
    """Counts its calls."""

    calls = 0

    async def read(self, now: datetime, span: Span) -> Trends:
        self.calls += 1
        return await super().read(now, span)


@given(st.timedeltas(-10_000 * DAY, 10_000 * DAY), st.sampled_from(Span))
def test_parts_cover_the_span_without_gaps(off: timedelta, span: Span) -> None:
    """They begin at midnights of UTC, one after the other, thirty days or 365 ago with today among them."""
    now = NOON + off
    begins = span.begins(now)
    assert list(begins) == sorted(set(begins))
    assert all((one.hour, one.minute, one.second, one.microsecond) == (0, 0, 0, 0) for one in begins)
    assert begins[-1] <= now
    days = 30 if span is Span.MONTH else 365
    assert begins[0] <= now - (days - 1) * DAY < begins[0] + DAY
    assert all(DAY <= later - earlier <= 31 * DAY for earlier, later in pairwise(begins))


_REVENUES = st.builds(Revenue, st.integers(0, 10**9), st.integers(0, 10**18).map(rub))


@given(st.dictionaries(st.text(max_size=5), st.lists(_REVENUES, min_size=30, max_size=30).map(tuple), max_size=4))
def test_methods_and_parts_sum_up_to_the_total(revenue: dict[str, tuple[Revenue, ...]]) -> None:
    """Exactly, however they are added: by method, or by day."""
    begins = Span.MONTH.begins(NOON)
    trends = Trends(NOON, Span.MONTH, begins, RUB, revenue, (0,) * 30, TrialStats(0, 0, 0), ChurnStats(0, 0))
    by_method = [trends.of_method(method) for method in revenue]
    by_day = [part for parts in revenue.values() for part in parts]
    for parts in (by_method, by_day):
        assert sum(one.count for one in parts) == trends.total.count
        assert sum((one.total for one in parts), rub(0)) == trends.total.total


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_shares_are_parts_of_a_whole(paid: int, running: int, unpaid: int) -> None:
    """Trials that run aren't decided; where nothing is decided there is no share."""
    trials, churn = TrialStats(paid + running + unpaid, running, paid), ChurnStats(paid + unpaid, paid)
    expected = Fraction(paid, paid + unpaid) if paid + unpaid else None
    assert trials.conversion == churn.churn == expected


@pytest.fixture
async def storage() -> MemoryStorage:
    """A storage with the owner, whose role isn't recorded, and Vera."""
    storage = MemoryStorage(base=RUB)
    for tg_id in (OWNER, VERA):
        await RegisterUser(storage, FakeClock())(tg_id, None, "en")
    return storage


@pytest.mark.parametrize(("role", "sees"), [("customer", False), ("support", False), ("admin", True), ("owner", True)])
async def test_only_who_may_see_figures_sees_them(storage: MemoryStorage, role: str, sees: bool) -> None:
    """For others nothing is counted; the owner of the settings needs no role, a stranger is unknown."""
    users = storage._tables.users
    users[VERA] = replace(users[VERA], role=Role(role))
    reader = CountingTrends(storage)
    show_trends = ShowTrends(storage, FakeClock(), reader, OWNER)
    view = await show_trends(VERA, Span.MONTH)
    assert (view is not None, reader.calls) == (sees, int(sees))
    assert await show_trends(OWNER, Span.MONTH) is not None
    with pytest.raises(NoSuchUser):
        await show_trends(TelegramId(3), Span.MONTH)


async def test_figures_are_kept_for_thirty_seconds(storage: MemoryStorage) -> None:
    """Each span by itself; a clock that was set back keeps nothing for ever."""
    clock, reader = FakeClock(), CountingTrends(storage)
    show_trends = ShowTrends(storage, clock, reader, OWNER)
    for seconds, counted in ((0, 2), (29, 2), (1, 4), (-3_600, 6)):
        clock.advance(seconds=seconds)
        for span in Span:
            view = await show_trends(OWNER, span)
            assert view is not None
            assert view.trends.span is span
        assert reader.calls == counted


async def test_a_picture_is_drawn_once_while_it_is_kept() -> None:
    """The same chart comes from memory, the oldest is forgotten, and what failed is drawn again."""
    drawn: list[str] = []

    class Painter:
        async def paint(self, chart: Chart) -> bytes | None:
            drawn.append(chart.title)
            return None if chart.title == "broken" else chart.title.encode()

    draw_chart = DrawChart(Painter(), kept=2)
    for title in ("a", "b", "a", "broken", "broken", "c", "b", "a"):
        assert await draw_chart(Chart(title, (), ())) == (None if title == "broken" else title.encode())
    assert drawn == ["a", "b", "broken", "broken", "c", "a"]
