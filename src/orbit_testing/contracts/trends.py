"""The contract of every TrendsReader.

Subclass `TrendsContract` and give it two fixtures: an empty `storage`, and the `reader` over it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.money import RUB, rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, Method, PaymentStatus
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import RETURN_TIME, ChurnStats, Revenue, Span, Trends, TrendsReader, TrialStats
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW

MIDNIGHT = datetime(2026, 11, 5, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)
MONTH_AGO, YEAR_AGO = MIDNIGHT - 29 * DAY, MIDNIGHT - 364 * DAY
STARS = Method("stars")
PAID = PlanCode("sub_1m")
NOTHING = Revenue(0, rub(0))


class TrendsContract:
    """One reader over one storage, both empty before each test."""

    @pytest.mark.parametrize("span", Span)
    async def test_an_empty_shop_is_all_zeros(self, reader: TrendsReader, span: Span) -> None:
        """Each part has a zero, no method has a row, and no share is made of nothing."""
        begins = span.begins(NOW)
        found = await reader.read(NOW, span)
        nobody = (TrialStats(0, 0, 0), ChurnStats(0, 0))
        assert found == Trends(NOW, span, begins, RUB, {}, (0,) * len(begins), *nobody)
        assert (found.total, found.trials.conversion, found.churn.churn) == (NOTHING, None, None)

    async def test_revenue_belongs_to_its_method_and_day(self, storage: Storage, reader: TrendsReader) -> None:
        """A day begins at midnight of UTC; what is older than the span, unpaid or without a time is left out."""
        sold = [
            (TON_METHOD, NOW, 1), (TON_METHOD, MIDNIGHT, 10), (STARS, MIDNIGHT, 100),
            (STARS, MIDNIGHT - INSTANT, 1_000), (TON_METHOD, MONTH_AGO, 10_000),
            (TON_METHOD, MONTH_AGO - INSTANT, 10**5), (STARS, None, 10**6),
        ]  # fmt: skip
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, (method, at, kopecks) in enumerate(sold):
                made = samples.payment(number, method=method, amount=rub(kopecks))
                await tx.payments.add(replace(made, status=PaymentStatus.CONFIRMED, confirmed_at=at))
            await tx.payments.add(replace(samples.payment(99), status=PaymentStatus.EXPIRED))
        month = await reader.read(NOW, Span.MONTH)
        assert {method: (parts[0], parts[28], parts[29]) for method, parts in month.revenue.items()} == {
            "ton": (Revenue(1, rub(10_000)), NOTHING, Revenue(2, rub(11))),
            "stars": (NOTHING, Revenue(1, rub(1_000)), Revenue(1, rub(100))),
        }
        assert month.total == Revenue(5, rub(11_111))
        year = await reader.read(NOW, Span.YEAR)
        assert (year.begins[0], year.begins[1], year.begins[-1]) == (
            YEAR_AGO, datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
        )  # fmt: skip
        assert year.of_method("ton").total == rub(110_011)
        assert (year.revenue["ton"][-2].total, year.revenue["ton"][-1].total) == (rub(110_000), rub(11))
        assert (year.of_method("stars").total, year.of_method("unheard")) == (rub(1_100), NOTHING)

    async def test_totals_are_exact(self, storage: Storage, reader: TrendsReader) -> None:
        """Totals beyond the precision of a float are exact to the kopeck."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in range(3):
                huge = samples.payment(number, amount=rub(10**17 + number), confirmed_at=NOW)
                await tx.payments.add(replace(huge, status=PaymentStatus.CONFIRMED))
        total = (await reader.read(NOW, Span.YEAR)).total.total
        assert total == rub(3 * 10**17 + 3)
        assert type(total.units) is int

    async def test_new_users_belong_to_the_part_of_their_first_start(
        self, storage: Storage, reader: TrendsReader
    ) -> None:
        """By days within thirty days, by calendar months within a year, whose first is cut off."""
        moments = [NOW, MIDNIGHT, MIDNIGHT - INSTANT, MONTH_AGO, MONTH_AGO - INSTANT, YEAR_AGO, YEAR_AGO - INSTANT]
        async with storage.transaction() as tx:
            for number, at in enumerate(moments, 1):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number), created_at=at))
        month, year = await reader.read(NOW, Span.MONTH), await reader.read(NOW, Span.YEAR)
        assert (month.new_users[0], month.new_users[28], month.new_users[29], sum(month.new_users)) == (1, 1, 2, 4)
        assert (year.new_users[0], year.new_users[-2], year.new_users[-1], sum(year.new_users)) == (1, 2, 3, 6)

    async def test_a_trial_converts_when_its_customer_pays(self, storage: Storage, reader: TrendsReader) -> None:
        """One that still runs isn't decided; a free order, a refunded one and one of before the trial don't count."""
        begun, late = MONTH_AGO, NOW - HOUR
        paid_orders = {
            1: (OrderState.DELIVERED, begun), 2: (OrderState.PAID, late), 3: (OrderState.DELIVERED, begun - INSTANT),
            4: (OrderState.OPEN, None), 5: (OrderState.REFUNDED, late), 6: (OrderState.PAID, late),
        }  # fmt: skip
        free, still_running, began_before, never_tried = 6, (2, 4, 7, 8), 8, 9
        async with storage.transaction() as tx:
            for number in range(1, 10):
                await tx.users.add_if_absent(samples.new_user(who := TelegramId(number)))
                if number != never_tried:
                    await tx.users.set_trial_used(who, begun - INSTANT if number == began_before else begun)
                ends_at = NOW + INSTANT if number in still_running else NOW
                await tx.subscriptions.save(Subscription(who, ends_at, TRIAL))
            for number, (state, paid_at) in paid_orders.items():
                made = samples.order(number, TelegramId(number), price=rub(0 if number == free else 12_900))
                await tx.orders.add_if_absent(made)
                await tx.orders.save(replace(made, state=state, paid_at=paid_at))
        found = (await reader.read(NOW, Span.MONTH)).trials
        assert (found, found.conversion) == (TrialStats(7, 2, 2), Fraction(2, 5))

    async def test_who_stays_away_is_lost(self, storage: Storage, reader: TrendsReader) -> None:
        """Of those who had paid before the window; whose time ended lately may still renew, and who returns is back."""
        begin, left = MONTH_AGO, NOW - RETURN_TIME
        had = [
            (begin, begin - INSTANT), (left, begin - INSTANT), (left + INSTANT, begin - DAY), (NOW + DAY, begin - DAY),
            (begin - INSTANT, begin - DAY), (left, begin), (left, None), (None, begin - DAY),
        ]  # fmt: skip
        async with storage.transaction() as tx:
            for number, (ends_at, paid_at) in enumerate(had, 1):
                who = TelegramId(number)
                await tx.users.add_if_absent(samples.new_user(who))
                await tx.subscriptions.save(Subscription(who, ends_at, PAID))
                await tx.orders.add_if_absent(made := samples.order(number, who))
                if paid_at is not None:
                    await tx.orders.save(replace(made, state=OrderState.DELIVERED, paid_at=paid_at))
        found = (await reader.read(NOW, Span.MONTH)).churn
        assert (found, found.churn) == (ChurnStats(4, 2), Fraction(1, 2))

    async def test_a_time_without_a_zone_is_refused(self, reader: TrendsReader) -> None:
        """A time without a zone is a bug, and is refused before anything is counted."""
        with pytest.raises(ValueError, match="zone"):
            await reader.read(NOW.replace(tzinfo=None), Span.MONTH)
