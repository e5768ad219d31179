"""The contract of every StatsReader.

Subclass `StatsContract` and give it two fixtures: an empty `storage`, and the `reader` over it.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from orbit_domain.ids import PanelId, PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.payment.payment import TON_METHOD, Method, Payment, PaymentStatus
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, StatsReader, UserStats
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW

MIDNIGHT = datetime(2026, 11, 5, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)
STARS = Method("stars")
PAID = PlanCode("sub_1m")
NOTHING = Revenue(0, rub(0))


class _RolledBack(Exception):
    """Raised at the end of a transaction to roll it back."""


class StatsContract:
    """One reader over one storage, both empty before each test."""

    async def test_an_empty_shop_is_all_zeros(self, reader: StatsReader) -> None:
        """Nothing recorded is nothing counted, not an error and not a missing total."""
        assert await reader.read(NOW) == Stats(
            at=NOW,
            users=UserStats(0, 0, 0, 0, 0, 0, 0),
            payments=PaymentStats(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, {}),
            keys=KeyStats(0, 0, 0, {}),
        )

    async def test_new_users_belong_to_days_of_utc(self, storage: Storage, reader: StatsReader) -> None:
        """Today, seven and thirty days begin at midnight, which belongs to them; the instant before doesn't."""
        begins = [MIDNIGHT, MIDNIGHT - 6 * DAY, MIDNIGHT - 29 * DAY]
        moments = [at for begin in begins for at in (begin, begin - INSTANT)] + [NOW]
        async with storage.transaction() as tx:
            for number, at in enumerate(moments, 1):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number), created_at=at))
        people = (await reader.read(NOW)).users
        assert (people.total, people.new_today, people.new_week, people.new_month) == (7, 2, 4, 6)

    async def test_time_that_is_left_is_paid_or_trial(self, storage: Storage, reader: StatsReader) -> None:
        """A user with an instant left is counted, once; one whose time ends now, has ended, or never began isn't."""
        had = [(NOW + INSTANT, PAID), (NOW + 30 * DAY, PAID), (NOW + HOUR, TRIAL), (NOW, PAID), (NOW, TRIAL),
               (NOW - DAY, PAID), (NOW + DAY, None), (None, None)]  # fmt: skip
        async with storage.transaction() as tx:
            for number, (ends_at, plan) in enumerate(had, 1):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number)))
                await tx.subscriptions.save(Subscription(TelegramId(number), ends_at, plan))
            await tx.users.add_if_absent(samples.new_user(TelegramId(99)))
        people = (await reader.read(NOW)).users
        assert (people.total, people.subscribed, people.on_trial) == (9, 3, 1)

    async def test_the_unreachable_are_counted_until_they_return(self, storage: Storage, reader: StatsReader) -> None:
        """Blocking the bot is counted, and unblocking it too."""
        async with storage.transaction() as tx:
            for tg_id in (ALICE, BORIS):
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.users.set_unreachable(tg_id, NOW)
        before = (await reader.read(NOW)).users.unreachable
        async with storage.transaction() as tx:
            await tx.users.set_unreachable(ALICE, None)
        assert (before, (await reader.read(NOW)).users.unreachable) == (2, 1)

    async def test_revenue_belongs_to_the_day_of_confirmation(self, storage: Storage, reader: StatsReader) -> None:
        """A payment counts when it was confirmed, not when it was made; without a time only in the total."""
        confirmed = [NOW, MIDNIGHT, MIDNIGHT - INSTANT, MIDNIGHT - 6 * DAY, MIDNIGHT - 29 * DAY, NOW - 400 * DAY, None]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, at in enumerate(confirmed):
                made = samples.payment(number, amount=rub(10**number), created_at=NOW - 60 * DAY)
                await tx.payments.add(replace(made, status=PaymentStatus.CONFIRMED, confirmed_at=at))
        money = (await reader.read(NOW)).payments
        assert money.today == Revenue(2, rub(11))
        assert money.week == Revenue(4, rub(1_111))
        assert money.month == Revenue(5, rub(11_111))
        assert money.ever == money.by_method["ton"] == Revenue(7, rub(1_111_111))

    async def test_only_confirmed_payments_are_revenue(self, storage: Storage, reader: StatsReader) -> None:
        """Pending and expired ones are numbers, cancelled ones nothing; a method appears with its first confirmed."""
        await self._sell(storage, PaymentStatus.PENDING, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED)
        unpaid = (await reader.read(NOW)).payments
        await self._sell(storage, PaymentStatus.CONFIRMED, method=STARS, first=10)
        paid = (await reader.read(NOW)).payments
        assert unpaid == PaymentStats(NOTHING, NOTHING, NOTHING, NOTHING, 1, 1, {})
        assert paid == replace(unpaid, ever=Revenue(1, rub(12_900)), by_method={"stars": Revenue(1, rub(12_900))})

    async def test_methods_add_up_to_everything(self, storage: Storage, reader: StatsReader) -> None:
        """Each method has its own revenue, whatever its name, and together they are the total."""
        unusual = Method("it's \u202emine; --")
        for first, method in ((0, TON_METHOD), (10, STARS), (20, unusual)):
            await self._sell(storage, *([PaymentStatus.CONFIRMED] * (first // 10 + 1)), method=method, first=first)
        money = (await reader.read(NOW)).payments
        assert {method: one.count for method, one in money.by_method.items()} == {"ton": 1, "stars": 2, unusual: 3}
        assert sum((one.total for one in money.by_method.values()), rub(0)) == money.ever.total == rub(6 * 12_900)

    async def test_totals_are_exact(self, storage: Storage, reader: StatsReader) -> None:
        """Totals beyond the precision of a float are exact to the kopeck."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in range(3):
                huge = samples.payment(number, amount=rub(10**17 + number), confirmed_at=NOW)
                await tx.payments.add(replace(huge, status=PaymentStatus.CONFIRMED))
        money = (await reader.read(NOW)).payments
        assert money.today.total == money.ever.total == rub(3 * 10**17 + 3)
        assert type(money.ever.total.units) is int

    async def test_keys_are_counted_by_state(self, storage: Storage, reader: StatsReader) -> None:
        """An enabled key with time left is active; a key with an unconfirmed change is unconfirmed."""
        kinds = [
            samples.key(1, applied_revision=1, panel_id=PanelId("m1")),
            samples.key(2, panel_id=PanelId("m1")),
            samples.key(3, desired_revision=3, applied_revision=2, enabled=False, panel_id=PanelId("m2")),
            samples.key(4, applied_revision=1, expires_at=NOW, panel_id=PanelId("m2")),
            samples.key(5, applied_revision=1, expires_at=NOW + INSTANT, panel_id=PanelId("m2")),
            samples.key(6),
        ]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in kinds:
                await tx.keys.add(key)
        keys = (await reader.read(NOW)).keys
        assert keys == KeyStats(6, 4, 3, {PanelId("m1"): 2, PanelId("m2"): 3, None: 1})

    async def test_figures_are_the_same_in_every_zone(self, storage: Storage, reader: StatsReader) -> None:
        """Days are those of UTC, in whatever zone the time is given, and the answer's time is in UTC."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(created_at=MIDNIGHT))
            await tx.users.add_if_absent(samples.new_user(BORIS, created_at=MIDNIGHT - INSTANT))
        elsewhere = await reader.read(NOW.astimezone(timezone(timedelta(hours=-13))))
        assert elsewhere == await reader.read(NOW)
        assert elsewhere.at.utcoffset() == timedelta(0)
        assert elsewhere.users.new_today == 1

    async def test_a_time_without_a_zone_is_refused(self, reader: StatsReader) -> None:
        """A time without a zone is a bug, and is refused before anything is counted."""
        with pytest.raises(ValueError, match="zone"):
            await reader.read(NOW.replace(tzinfo=None))

    async def test_what_was_rolled_back_is_not_counted(self, storage: Storage, reader: StatsReader) -> None:
        """Only committed rows are counted."""
        with suppress(_RolledBack):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                raise _RolledBack
        assert (await reader.read(NOW)).users.total == 0

    async def _sell(
        self, storage: Storage, *statuses: PaymentStatus, method: Method = TON_METHOD, first: int = 0
    ) -> None:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, status in enumerate(statuses, first):
                one: Payment = samples.payment(number, method=method, status=status)
                await tx.payments.add(one)
