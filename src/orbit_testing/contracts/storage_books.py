"""What every Storage promises of the audit, and of what we owe people to hear."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import money_arrived, money_credited, order_paid
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.money import rub
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOBODY, NOW


class LedgerAuditContract:
    """The books are read whole, and what doesn't agree is named."""

    async def test_empty_books_are_right(self, storage: Storage) -> None:
        """Nothing recorded, nothing wrong."""
        async with storage.transaction() as tx:
            assert await tx.ledger.check() == LedgerAudit(0, (), (), (), (), ())

    async def test_a_whole_sale_is_right(self, storage: Storage) -> None:
        """Arrival, credit, debit, time and a free order leave nothing to name."""
        async with storage.transaction() as tx:
            await _sale(tx)
            assert await tx.ledger.check() == LedgerAudit(3, (), (), (), (), ())

    async def test_a_receipt_without_an_entry_is_named(self, storage: Storage) -> None:
        """A receipt that isn't in the books is missing from them."""
        async with storage.transaction() as tx:
            await _sale(tx)
            await tx.receipts.add(samples.receipt(7))
            assert await tx.ledger.check() == LedgerAudit(3, (), (), ("ton:A|7",), (), ())

    async def test_orders_and_debits_must_agree(self, storage: Storage) -> None:
        """Named: a paid order without a debit, one debited another price, a debit of an open order, and of none."""
        unpaid, wrong, still_open, stray = (str(samples.identity(number)) for number in (11, 12, 13, 14))
        async with storage.transaction() as tx:
            await _sale(tx)
            for number in (11, 12, 13):
                await tx.orders.add_if_absent(samples.order(number))
            await tx.ledger.post(samples.gift(99, 100_000))
            await tx.orders.save(samples.order(11).pay(NOW))
            await tx.orders.save(samples.order(12).pay(NOW))
            await tx.ledger.post(order_paid(wrong, ALICE, rub(12_899), NOW))
            await tx.ledger.post(order_paid(still_open, ALICE, rub(12_900), NOW))
            await tx.ledger.post(order_paid(stray, ALICE, rub(12_900), NOW))
            assert (await tx.ledger.check()).wrong_orders == (unpaid, wrong, still_open, stray)

    async def test_a_price_is_paid_by_the_one_who_ordered(self, storage: Storage) -> None:
        """A debit of somebody else's account doesn't pay an order."""
        async with storage.transaction() as tx:
            await _sale(tx)
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.ledger.post(samples.gift(98, 100_000, BORIS))
            await tx.orders.add_if_absent(samples.order(11))
            await tx.orders.save(samples.order(11).pay(NOW))
            await tx.ledger.post(order_paid(str(samples.order(11).id), BORIS, rub(12_900), NOW))
            assert (await tx.ledger.check()).wrong_orders == (str(samples.order(11).id),)

    async def test_time_must_be_the_fold_of_grants(self, storage: Storage) -> None:
        """Named: an end without grants, grants without an end, and an end that isn't their sum, in order of users."""
        async with storage.transaction() as tx:
            await _sale(tx)
            for number in (4, 2, 3):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number)))
            await tx.subscriptions.save(Subscription(TelegramId(2), NOW))
            await tx.grants.add(Grant("c3", TelegramId(3), 60, NOW))
            await tx.grants.add(Grant("c4", TelegramId(4), 60, NOW))
            late = NOW + timedelta(seconds=60, microseconds=1)
            await tx.subscriptions.save(Subscription(TelegramId(4), late))
            assert (await tx.ledger.check()).wrong_subscriptions == (2, 3, 4)


class OutboxContract:
    """Promises to tell are kept at least once, and claimed by one at a time."""

    async def test_a_dedupe_key_promises_once(self, storage: Storage) -> None:
        """A second promise with a known dedupe key is refused, even when the first was kept; anybody can be owed."""
        async with storage.transaction() as tx:
            assert await tx.outbox.add(samples.message(1, NOBODY))
            assert not await tx.outbox.add(replace(samples.message(2, NOBODY), dedupe="dedupe-1"))
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
            await tx.outbox.mark_done(claimed, NOW + HOUR)
            assert not await tx.outbox.add(replace(samples.message(3, NOBODY), dedupe="dedupe-1"))
            assert len(await tx.outbox.of_user(NOBODY, 5)) == 1

    async def test_concurrent_promises_of_one_thing_are_one(self, storage: Storage) -> None:
        """Of many concurrent promises with one dedupe key one is recorded."""

        async def owe(number: int) -> bool:
            async with storage.transaction() as tx:
                return await tx.outbox.add(replace(samples.message(number), dedupe="same"))

        assert sum(await asyncio.gather(*(owe(number) for number in range(32)))) == 1

    async def test_due_promises_are_claimed_oldest_first(self, storage: Storage) -> None:
        """Only what is due is claimed, oldest first, never more than asked, each with its fence raised."""
        async with storage.transaction() as tx:
            for number in (3, 1, 4, 2):
                await tx.outbox.add(samples.message(number))
            first = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            second = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            assert first == tuple(replace(samples.message(number), fence=1) for number in (1, 2))
            assert [message.dedupe for message in second] == ["dedupe-3"]
            assert await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2) == ()

    async def test_concurrent_claims_get_different_promises(self, storage: Storage) -> None:
        """Two claimants never get the same promise."""
        async with storage.transaction() as tx:
            for number in range(12):
                await tx.outbox.add(samples.message(number))

        async def claim() -> list[str]:
            async with storage.transaction() as tx:
                return [message.dedupe for message in await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 3)]

        taken = [dedupe for group in await asyncio.gather(*(claim() for _ in range(4))) for dedupe in group]
        assert len(taken) == len(set(taken))
        taken += await claim()
        assert sorted(taken) == sorted(f"dedupe-{number}" for number in range(12))

    async def test_a_lost_claim_decides_nothing(self, storage: Storage) -> None:
        """When the lease has ended and another has claimed, the first claimant's word changes nothing any more."""
        lease = NOW + HOUR
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            (lost,) = await tx.outbox.claim(NOW + MINUTE, lease, 1)
            assert await tx.outbox.claim(lease - timedelta(microseconds=1), lease, 1) == ()
            (held,) = await tx.outbox.claim(lease, lease + HOUR, 1)
            assert held.fence == lost.fence + 1
            assert not await tx.outbox.mark_done(lost, lease)
            assert not await tx.outbox.postpone(lost, lease, "late")
            assert not await tx.outbox.dead_letter(lost, lease, "late")
            assert await tx.outbox.of_user(ALICE, 1) == (held,)
            assert await tx.outbox.mark_done(held, lease)
            assert await tx.outbox.of_user(ALICE, 1) == (replace(held, done_at=lease),)

    async def test_a_postponed_promise_comes_again(self, storage: Storage) -> None:
        """Postponing ends the lease, counts the attempt, keeps the reason, and the promise comes at its new time."""
        later = NOW + 10 * MINUTE
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            (claimed,) = await tx.outbox.claim(NOW + MINUTE, NOW + 24 * HOUR, 1)
            assert await tx.outbox.postpone(claimed, later, "busy")
            assert await tx.outbox.claim(later - MINUTE, NOW + 24 * HOUR, 1) == ()
            (again,) = await tx.outbox.claim(later, NOW + 24 * HOUR, 1)
            assert again == replace(claimed, not_before=later, attempts=1, fence=2, last_error="busy")

    async def test_what_is_over_stays_over(self, storage: Storage) -> None:
        """A promise that was kept or buried is never claimed, kept or buried again."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            await tx.outbox.add(samples.message(2))
            kept, buried = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 2)
            assert await tx.outbox.mark_done(kept, NOW)
            assert await tx.outbox.dead_letter(buried, NOW, "gone")
            for message in (kept, buried):
                assert not await tx.outbox.mark_done(message, NOW)
                assert not await tx.outbox.postpone(message, NOW, "again")
                assert not await tx.outbox.dead_letter(message, NOW, "again")
            assert await tx.outbox.claim(NOW + 2 * HOUR, NOW + 3 * HOUR, 2) == ()
            gone = replace(buried, dead_at=NOW, last_error="gone")
            assert await tx.outbox.of_user(ALICE, 5) == (gone, replace(kept, done_at=NOW))


async def _sale(tx: Transaction) -> None:
    """One order paid by one arrival, one free order, and the time both gave."""
    await tx.users.add_if_absent(samples.new_user())
    for number, price in ((1, 12_900), (2, 0)):
        order = await tx.orders.add_if_absent(samples.order(number, price=rub(price)))
        await tx.orders.save(order.pay(NOW))
    arrived = samples.receipt(1, tg_id=ALICE)
    await tx.receipts.add(arrived)
    await tx.ledger.post(money_arrived(arrived.ref, "ton", arrived.amount, NOW))
    await tx.ledger.post(money_credited(arrived.ref, ALICE, arrived.amount, rub(13_000), NOW))
    await tx.ledger.post(order_paid(str(samples.order(1).id), ALICE, rub(12_900), NOW))
    subscription = Subscription(ALICE)
    for grant in (Grant("order:1", ALICE, 3600, NOW), Grant("order:2", ALICE, 60, NOW)):
        await tx.grants.add(grant)
        subscription = subscription.extend(grant, samples.TERMS.code)
    await tx.subscriptions.save(subscription)
