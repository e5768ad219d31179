"""What is promised of what was asked for lately."""

from dataclasses import replace

from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.promo.promo import Discount
from orbit_domain.request_journal.requests import AskedOrder, IssuedKey, Requests
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import BORIS, HOUR, NOW

_DAY_AGO = NOW - 24 * HOUR


class RecentRequestsContract:
    """What was made since a time, with what it needs, and nothing else."""

    async def test_what_is_new_comes_with_what_it_needs(self, storage: Storage) -> None:
        """A payment comes with its older order, that with its gift and its code, a key with its customer's link."""
        gift = samples.gift_of(1)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(created_at=_DAY_AGO))
            new = await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.promos.add_if_absent(samples.promo())
            discount = Discount(samples.promo().code, rub(100))
            asked = replace(samples.order(1), created_at=_DAY_AGO, is_gift=True, discount=discount)
            await tx.orders.add_if_absent(asked)
            await tx.gifts.add(gift)
            await tx.payments.add(samples.payment(1, order_id=asked.id))
            key = samples.key(1, BORIS)
            await tx.keys.add(key)
            await tx.subscription_links.put(samples.subscription_link(tg_id=BORIS))
        expected = Requests(
            (new.user,),
            (AskedOrder(asked, gift, samples.promo()),),
            (samples.payment(1, order_id=asked.id),),
            (IssuedKey(key, samples.subscription_link(tg_id=BORIS)),),
        )
        async with storage.snapshot() as tx:
            assert await tx.recent_requests.since(NOW) == expected
            assert await tx.recent_requests.since(NOW + 24 * HOUR) == Requests()

    async def test_what_was_bought_lately_is_there_without_a_payment(self, storage: Storage) -> None:
        """An order that the balance has paid comes too; one that was only looked at doesn't."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(created_at=_DAY_AGO))
            bought = await tx.orders.add_if_absent(samples.order(1, state=OrderState.PAID, paid_at=NOW))
            await tx.orders.add_if_absent(samples.order(2))
            await tx.payments.add(samples.payment(1, created_at=_DAY_AGO))
        async with storage.snapshot() as tx:
            assert await tx.recent_requests.since(NOW) == Requests(orders=(AskedOrder(bought),))

    async def test_a_new_link_comes_with_the_keys_that_are_behind_it(self, storage: Storage) -> None:
        """The customer's keys are older than the link: without it their apps would stop."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(created_at=_DAY_AGO))
            key = samples.key(1, created_at=_DAY_AGO)
            await tx.keys.add(key)
            await tx.subscription_links.put(samples.subscription_link(2, issued_at=_DAY_AGO))
        async with storage.snapshot() as tx:
            assert await tx.recent_requests.since(NOW) == Requests()
        async with storage.transaction() as tx:
            await tx.subscription_links.put(samples.subscription_link())
        async with storage.snapshot() as tx:
            assert await tx.recent_requests.since(NOW) == Requests(keys=(IssuedKey(key, samples.subscription_link()),))
