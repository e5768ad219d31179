"""What gifts promise, and the orders that are gifts."""

import asyncio
from dataclasses import replace

import pytest

from orbit_domain.gift.gift import Gift, GiftTaken, NoSuchGift
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import Order, Taken
from orbit_domain.storage import Storage, Transaction
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW

TAKERS = 16


class GiftContract:
    """A gift has one link and one taker, and is its taker's from then on."""

    conflict: type[Exception]

    async def test_a_gift_is_kept_beside_its_order(self, storage: Storage) -> None:
        """It is found by its order and by the hash of its code; only words, names and the seal change."""
        async with storage.transaction() as tx:
            await _people(tx)
            order = await tx.orders.add_if_absent(samples.given())
            await tx.gifts.add(samples.gift_of())
            assert order.is_gift
            assert await tx.orders.get(order.id) == order
        changed = replace(samples.gift_of(), message="new 🎁", taker_name="Боря", sealed_code="again")
        async with storage.transaction() as tx:
            assert await tx.gifts.get(order.id) == samples.gift_of()
            assert await tx.gifts.by_hash(samples.gift_of().code_hash) == samples.gift_of()
            assert await tx.gifts.by_hash("another") is None
            assert await tx.gifts.get(OrderId(samples.identity(9))) is None
            await tx.gifts.save(replace(changed, code_hash="another", giver_name="Mallory"))
            assert await tx.gifts.get(order.id) == changed
            with pytest.raises(NoSuchGift):
                await tx.gifts.save(samples.gift_of(9))

    async def test_a_gift_needs_its_order(self, storage: Storage) -> None:
        """A gift of an unknown order is refused with an error."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.gifts.add(samples.gift_of())

    async def test_a_code_opens_one_gift(self, storage: Storage) -> None:
        """A second gift of one code, and a second one of an order, are refused with an error."""
        async with storage.transaction() as tx:
            await _people(tx)
            for number in (1, 2):
                await tx.orders.add_if_absent(samples.given(number))
            await tx.gifts.add(samples.gift_of())
        for second in (samples.gift_of(2, code_hash=samples.gift_of().code_hash), samples.gift_of(code_hash="x")):
            with pytest.raises(self.conflict):
                await _add(storage, second)

    async def test_gifts_are_read_page_by_page(self, storage: Storage) -> None:
        """Pages follow one another by the order's id, with nothing twice and nothing left out."""
        gifts = [samples.gift_of(number) for number in (1, 2, 3)]
        async with storage.transaction() as tx:
            await _people(tx)
            for number in (3, 1, 2):
                await tx.orders.add_if_absent(samples.given(number))
                await tx.gifts.add(samples.gift_of(number))
            first = await tx.gifts.page(None, 2)
            assert [*first, *await tx.gifts.page(first[-1].order_id, 2)] == gifts
            assert await tx.gifts.page(gifts[-1].order_id, 2) == ()

    async def test_a_gift_waits_for_nobodys_key_until_it_is_taken(self, storage: Storage) -> None:
        """Before, no list of what is to be delivered holds it; from then on the taker's does, since the taking."""
        taken = replace(samples.given(), taken=Taken(BORIS, NOW + HOUR))
        async with storage.transaction() as tx:
            await _people(tx)
            gift = await tx.orders.add_if_absent(samples.given())
            assert await tx.orders.undelivered(ALICE) == await tx.orders.undelivered(BORIS) == ()
            assert await tx.orders.waiting_since(NOW + 9 * HOUR, None, 9) == ()
            assert await tx.comparisons.orders_without_time(9) == ()
            assert await tx.orders.received(BORIS, 9) == ()
            await tx.orders.save(replace(gift, taken=taken.taken))
        async with storage.transaction() as tx:
            assert await tx.orders.get(gift.id) == taken
            assert await tx.orders.undelivered(ALICE) == ()
            assert await tx.orders.undelivered(BORIS) == (taken,)
            assert await tx.orders.undelivered_of([BORIS, ALICE, BORIS]) == (taken,)
            assert await tx.orders.undelivered_of([]) == ()
            assert await tx.orders.waiting_since(NOW + HOUR, None, 9) == ()
            assert await tx.orders.waiting_since(NOW + HOUR + MINUTE, None, 9) == (taken,)
            assert await tx.comparisons.orders_without_time(9) == ((gift.id, ALICE),)

    async def test_late_deliveries_are_listed_by_when_they_began(self, storage: Storage) -> None:
        """A gift taken late comes after an order paid meanwhile, and a page continues behind either."""
        late = samples.given(1, taken=Taken(BORIS, NOW + HOUR))
        paid = samples.order(2).pay(NOW + MINUTE)
        async with storage.transaction() as tx:
            await _people(tx)
            for order in (late, paid):
                await tx.orders.add_if_absent(order)
            assert await tx.orders.waiting_since(NOW + 2 * HOUR, None, 9) == (paid, late)
            assert await tx.orders.waiting_since(NOW + 2 * HOUR, paid, 9) == (late,)
            assert await tx.orders.waiting_since(NOW + 2 * HOUR, late, 9) == ()

    async def test_givers_and_takers_find_their_gifts(self, storage: Storage) -> None:
        """A giver's list holds the gifts that were paid, the newest first; a taker's the last taken first."""
        taken = [samples.given(n, taken=Taken(BORIS, NOW - n * MINUTE)) for n in (1, 2)]
        unpaid = replace(samples.order(3), is_gift=True)
        async with storage.transaction() as tx:
            await _people(tx)
            for order in (*taken, unpaid, samples.order(4).pay(NOW)):
                await tx.orders.add_if_absent(order)
            assert await tx.orders.given(ALICE, 9) == (taken[1], taken[0])
            assert await tx.orders.given(ALICE, 1) == (taken[1],)
            assert await tx.orders.received(BORIS, 9) == (taken[0], taken[1])
            assert await tx.orders.received(BORIS, 1) == (taken[0],)
            assert await tx.orders.given(BORIS, 9) == await tx.orders.received(ALICE, 9) == ()

    async def test_of_many_takers_at_once_one_has_it(self, storage: Storage) -> None:
        """Sixteen people who take a gift at the same time: one has it, the others are told so."""
        async with storage.transaction() as tx:
            await _people(tx)
            gift = await tx.orders.add_if_absent(samples.given())

        async def take(tg_id: TelegramId) -> Order:
            async with storage.transaction() as tx:
                taken = (await tx.orders.lock(gift.id)).take(tg_id, NOW)
                await tx.orders.save(taken)
                return taken

        tries = (take(TelegramId(BORIS + number)) for number in range(TAKERS))
        answers = await asyncio.gather(*tries, return_exceptions=True)
        winners = [one for one in answers if isinstance(one, Order)]
        assert len(winners) == 1
        assert sum(isinstance(one, GiftTaken) for one in answers) == TAKERS - 1
        async with storage.transaction() as tx:
            assert await tx.orders.get(gift.id) == winners[0]


async def _people(tx: Transaction) -> None:
    for tg_id in (ALICE, BORIS):
        await tx.users.add_if_absent(samples.new_user(tg_id))


async def _add(storage: Storage, gift: Gift) -> None:
    async with storage.transaction() as tx:
        await tx.gifts.add(gift)
