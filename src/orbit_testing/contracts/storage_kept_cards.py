"""What the kept cards promise."""

from datetime import timedelta
from typing import Any

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.payment.payment import CardUse, Method, PaymentStatus
from orbit_domain.storage import Storage
from orbit_domain.subscription.reminders import RENEWED_BEFORE
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW

_SECOND = timedelta(seconds=1)


class KeptCardContract:
    """A card is a mark on the payment that has kept it; an order is charged to one once."""

    conflict: type[Exception]

    async def test_the_newest_kept_card_is_the_user_s_until_it_is_forgotten(self, storage: Storage) -> None:
        """Others keep theirs; what isn't paid yet keeps none either after forgetting."""
        await _fill(storage)
        async with storage.transaction() as tx:
            for number, tg_id in enumerate((ALICE, ALICE, BORIS), 1):
                await tx.kept_cards.mark(samples.payment(number).id, CardUse.KEPT, f"card {number}")
                assert (await tx.kept_cards.of_user(tg_id)) is not None
            await tx.kept_cards.mark(samples.payment(4).id, CardUse.KEEP)
        async with storage.transaction() as tx:
            newest = await tx.kept_cards.of_user(ALICE)
            assert newest is not None
            assert (newest.id, newest.card, newest.card_title) == (samples.payment(2).id, CardUse.KEPT, "card 2")
            await tx.kept_cards.forget(ALICE)
        async with storage.transaction() as tx:
            marks = [one.card for one in await tx.payments.of_user(ALICE, 10)]
            assert (await tx.kept_cards.of_user(ALICE), set(marks)) == (None, {CardUse.FORGOTTEN})
            assert (await tx.kept_cards.of_user(BORIS)) is not None

    async def test_an_order_is_charged_once(self, storage: Storage) -> None:
        """A second charge of an order is refused, also after the first has failed; another order has its own."""
        await _fill(storage)
        first, other = samples.order(1), samples.order(2)
        charge: dict[str, Any] = {"card": CardUse.CHARGE, "order_id": first.id, "method": Method("card")}
        async with storage.transaction() as tx:
            await tx.orders.add_if_absent(first)
            await tx.orders.add_if_absent(other)
            await tx.payments.add(samples.payment(11, **charge, status=PaymentStatus.CANCELLED))
            await tx.kept_cards.mark(samples.payment(11).id, CardUse.FAILED)
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.add(samples.payment(12, **charge))
        async with storage.transaction() as tx:
            await tx.payments.add(samples.payment(13, **charge | {"order_id": other.id}))
            assert [one.id for one in await tx.kept_cards.charges(None, 10)] == [samples.payment(13).id]

    async def test_what_has_to_be_done_is_found_oldest_first(self, storage: Storage) -> None:
        """Paid payments that are to keep a card; charges that are pending or have expired."""
        await _fill(storage)
        states = (PaymentStatus.CONFIRMED, PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED)
        async with storage.transaction() as tx:
            for number, (card, status) in enumerate(
                [(card, status) for card in (CardUse.KEEP, CardUse.CHARGE) for status in states], 21
            ):
                method = Method(f"m{number}")
                await tx.payments.add(samples.payment(number, card=card, status=status, method=method))
        async with storage.transaction() as tx:
            assert [one.id for one in await tx.kept_cards.to_keep(None, 10)] == [samples.payment(21).id]
            charges = [samples.payment(number).id for number in (26, 27)]
            assert [one.id for one in await tx.kept_cards.charges(None, 10)] == charges
            (first,) = await tx.kept_cards.charges(None, 1)
            assert first.id == charges[0]
            assert [one.id for one in await tx.kept_cards.charges(first, 10)] == charges[1:]

    async def test_who_has_to_be_renewed_is_found_once_a_period(self, storage: Storage) -> None:
        """Within a day before the end, with a kept card, unless a charge was made in the day before."""
        await _fill(storage)
        end = NOW + 40 * HOUR
        async with storage.transaction() as tx:
            await tx.kept_cards.mark(samples.payment(1).id, CardUse.KEPT, "card")
            for tg_id in (ALICE, BORIS):
                await tx.subscriptions.save(Subscription(tg_id, end, PlanCode("sub_1m")))
        begin = end - RENEWED_BEFORE
        async with storage.transaction() as tx:
            found = [await tx.kept_cards.renewable(at, None, 10) for at in (begin - _SECOND, begin, end - _SECOND, end)]
            assert found == [(), (ALICE,), (ALICE,), ()]
            charge: dict[str, Any] = {
                "card": CardUse.CHARGE,
                "method": Method("card"),
                "status": PaymentStatus.CANCELLED,
            }
            await tx.payments.add(samples.payment(31, **charge, created_at=begin - RENEWED_BEFORE - _SECOND))
            assert await tx.kept_cards.renewable(begin, None, 10) == (ALICE,)
            await tx.payments.add(samples.payment(32, **charge, created_at=begin))
            assert await tx.kept_cards.renewable(end - _SECOND, None, 10) == ()


async def _fill(storage: Storage) -> None:
    """Four paid payments: three of Alice's and one of Boris's, the third."""
    async with storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
        for number, tg_id in enumerate((ALICE, ALICE, BORIS, ALICE), 1):
            await tx.payments.add(samples.payment(number, tg_id, status=PaymentStatus.CONFIRMED))
