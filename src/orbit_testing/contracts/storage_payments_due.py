"""What the queue of payments promises."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.repository import Booked
from orbit_domain.money import rub
from orbit_domain.payment.due import DuePayment
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import Grant, Subscription, order_cause
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW

SOON = NOW + HOUR


class PaymentsDueContract:
    """Payments that have to be settled: one row each, claimed with a lease and a fence."""

    conflict: type[Exception]

    async def test_many_reasons_are_one_row(self, storage: Storage) -> None:
        """However much arrives for a payment, it is claimed once."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            for _ in range(5):
                await tx.payments_due.add(samples.payment(1).id, NOW)
            (due,) = await tx.payments_due.claim(NOW, SOON, 10)
            assert (due.payment_id, due.revision, due.attempts) == (samples.payment(1).id, 6, 0)
            assert await tx.payments_due.claim(NOW, SOON, 10) == ()

    async def test_only_known_payments_are_due(self, storage: Storage) -> None:
        """A row for a payment that doesn't exist is refused."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments_due.add(samples.payment(1).id, NOW)

    async def test_it_is_known_whether_any_was_not_tried(self, storage: Storage) -> None:
        """One that waits or is being settled counts, one that has failed doesn't."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            assert await tx.payments_due.any_untried()
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 1)
            assert await tx.payments_due.any_untried()
            await tx.payments_due.postpone(due, SOON + HOUR, "no rate")
            assert not await tx.payments_due.any_untried()

    async def test_what_is_due_is_claimed_once(self, storage: Storage) -> None:
        """The longest waiting come first, up to the limit; what isn't due yet stays; a lease ends by time."""
        await _fill(storage, 1, 2, 3)
        async with storage.transaction() as tx:
            first = await tx.payments_due.claim(NOW + MINUTE, SOON, 1)
            assert [one.payment_id for one in first] == [samples.payment(1).id]
            rest = await tx.payments_due.claim(NOW + MINUTE, SOON, 10)
            assert [one.payment_id for one in rest] == [samples.payment(2).id]
            again = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert sorted((one.payment_id, one.fence) for one in again) == [
                (samples.payment(1).id, 2),
                (samples.payment(2).id, 2),
                (samples.payment(3).id, 1),
            ]

    async def test_concurrent_claims_share_the_payments(self, storage: Storage) -> None:
        """Two workers never get the same payment."""
        await _fill(storage, *range(1, 9))

        async def claim() -> tuple[DuePayment, ...]:
            async with storage.transaction() as tx:
                return await tx.payments_due.claim(SOON, SOON + HOUR, 3)

        claims = await asyncio.gather(*(claim() for _ in range(4)))
        claimed = [one.payment_id for claim in claims for one in claim]
        assert len(claimed) == len(set(claimed))

    async def test_a_settled_payment_is_due_no_more(self, storage: Storage) -> None:
        """Its row is gone, until something more arrives."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert await tx.payments_due.finish(due, SOON)
            assert await tx.payments_due.claim(SOON + 2 * HOUR, SOON + 3 * HOUR, 10) == ()
            await tx.payments_due.add(samples.payment(1).id, SOON)
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert (due.revision, due.fence) == (1, 1)

    async def test_what_arrives_meanwhile_is_settled_too(self, storage: Storage) -> None:
        """A row that got a newer revision during its settlement is due again at once, with no failure counted."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await tx.payments_due.add(due.payment_id, SOON)
            assert not await tx.payments_due.finish(due, SOON)
            (again,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert (again.revision, again.attempts) == (due.revision + 1, 0)
            assert await tx.payments_due.finish(again, SOON)

    async def test_a_failure_waits_and_more_dust_does_not_shorten_it(self, storage: Storage) -> None:
        """A postponed payment counts its attempts and keeps its back-off, whatever arrives for it."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert await tx.payments_due.postpone(due, SOON + 2 * HOUR, "no rate")
            await tx.payments_due.add(due.payment_id, SOON)
            assert await tx.payments_due.claim(SOON + HOUR, SOON + 3 * HOUR, 10) == ()
            (again,) = await tx.payments_due.claim(SOON + 2 * HOUR, SOON + 3 * HOUR, 10)
            assert again.attempts == 1

    async def test_a_lost_claim_decides_nothing(self, storage: Storage) -> None:
        """When the lease has ended and another worker has claimed the payment, the older claim records nothing."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (lost,) = await tx.payments_due.claim(NOW + MINUTE, SOON, 10)
            (newer,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert not await tx.payments_due.postpone(lost, SOON + 9 * HOUR, "late")
            assert not await tx.payments_due.finish(lost, SOON)
            assert await tx.payments_due.finish(newer, SOON)

    async def test_a_lost_claim_ends_no_newer_lease(self, storage: Storage) -> None:
        """Also when more has arrived since: only the newest claim decides when the payment is due again."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (lost,) = await tx.payments_due.claim(NOW + MINUTE, SOON, 10)
            (newer,) = await tx.payments_due.claim(SOON, SOON + 2 * HOUR, 10)
            await tx.payments_due.add(lost.payment_id, SOON)
            assert not await tx.payments_due.finish(lost, SOON)
            assert not await tx.payments_due.postpone(lost, SOON, "late")
            assert await tx.payments_due.claim(SOON + HOUR, SOON + 3 * HOUR, 10) == ()
            assert not await tx.payments_due.finish(newer, SOON + HOUR)
            (again,) = await tx.payments_due.claim(SOON + HOUR, SOON + 3 * HOUR, 10)
            assert (again.revision, again.fence, again.attempts) == (newer.revision + 1, newer.fence + 1, 0)

    async def test_a_claim_keeps_the_failures_and_an_end_forgets_them(self, storage: Storage) -> None:
        """Each failure is counted over all claims; a settlement counts them anew, also when more has arrived."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            for attempts in range(3):
                (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
                assert (due.attempts, due.fence) == (attempts, attempts + 1)
                assert await tx.payments_due.postpone(due, SOON, "no rate")
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await tx.payments_due.add(due.payment_id, SOON)
            assert not await tx.payments_due.finish(due, SOON)
            (again,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert (again.revision, again.attempts) == (due.revision + 1, 0)

    async def test_what_arrives_meanwhile_waits_until_the_time_given(self, storage: Storage) -> None:
        """A newer revision is due from the time that the end of the settlement names: not before, and not at once."""
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            (due,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await tx.payments_due.add(due.payment_id, SOON)
            assert not await tx.payments_due.finish(due, SOON + MINUTE)
            assert await tx.payments_due.claim(SOON, SOON + HOUR, 10) == ()
            assert len(await tx.payments_due.claim(SOON + MINUTE, SOON + HOUR, 10)) == 1

    async def test_a_payment_has_its_own_row(self, storage: Storage) -> None:
        """What is recorded of one payment leaves the others as they were."""
        await _fill(storage, 1, 2, 3)
        async with storage.transaction() as tx:
            one, two, three = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await tx.payments_due.add(three.payment_id, SOON)
            assert await tx.payments_due.postpone(one, SOON + 3 * HOUR, "no rate")
            assert await tx.payments_due.finish(two, SOON)
            (left,) = await tx.payments_due.claim(SOON + HOUR, SOON + 2 * HOUR, 10)
            assert (left.payment_id, left.revision, left.attempts) == (three.payment_id, 2, 0)
            (last,) = [
                due for due in await tx.payments_due.claim(SOON + 9 * HOUR, SOON + 10 * HOUR, 10) if due.attempts
            ]
            assert (last.payment_id, last.revision, last.attempts) == (one.payment_id, 1, 1)

    async def test_leases_can_be_released(self, storage: Storage) -> None:
        """After the death of all workers everything is claimed anew at once."""
        await _fill(storage, 1, 2)
        async with storage.transaction() as tx:
            await tx.payments_due.claim(SOON, SOON + 9 * HOUR, 1)
            await tx.payments_due.release_leases(SOON)
            assert len(await tx.payments_due.claim(SOON, SOON + HOUR, 10)) == 2

    async def test_released_leases_overtake_nobody(self, storage: Storage) -> None:
        """Who waits already stays in front of those whose lease ends now."""
        await _fill(storage, 1, 2)
        async with storage.transaction() as tx:
            await tx.payments_due.claim(NOW, SOON + 9 * HOUR, 10)
            await tx.payments_due.release_leases(SOON)
            (first,) = await tx.payments_due.claim(SOON, SOON + HOUR, 1)
            assert first.payment_id == samples.payment(2).id

    async def test_payments_are_settled_together(self, storage: Storage) -> None:
        """A block over all that were claimed reads what is recorded; what it records is there when it has ended."""
        await _fill_with_money(storage)
        async with storage.transaction() as tx:
            claimed = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await _settle_together(tx, claimed)
        async with storage.transaction() as tx:
            assert await tx.payments_due.claim(SOON + 2 * HOUR, SOON + 3 * HOUR, 10) == ()
            assert not (await tx.ledger.check()).wrong_balances
            for number, tg_id in enumerate((ALICE, BORIS), 1):
                known = await tx.subscriptions.customer(tg_id)
                assert known is not None
                assert (known.user.balance, known.subscription.ends_at) == (rub(12_900), SOON)
                assert (await tx.payments.lock(samples.payment(number).id)).confirmed_at == NOW
                assert (await tx.orders.lock(samples.order(number).id)).paid_at == SOON
                assert [one.seconds for one in await tx.grants.of_user(tg_id)] == [60]

    async def test_what_arrives_while_many_are_settled_is_settled_too(self, storage: Storage) -> None:
        """Of those that a block has ended, one with a newer revision is due again at once; the others are done."""
        await _fill(storage, 1, 2)
        async with storage.transaction() as tx:
            claimed = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            await tx.payments_due.add(samples.payment(2).id, SOON)
            await _finish_together(tx, claimed)
            (again,) = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
            assert (again.payment_id, again.revision, again.attempts) == (samples.payment(2).id, 2, 0)

    async def test_many_settled_together_are_recorded_or_none_is(self, storage: Storage) -> None:
        """When anything fails, the transaction with all that the block has recorded is as if it had never been."""
        await _fill_with_money(storage)

        async def fail() -> None:
            async with storage.transaction() as tx:
                claimed = await tx.payments_due.claim(SOON, SOON + HOUR, 10)
                await tx.payments.save(samples.payment(2, BORIS).cancel(NOW))
                await _finish_together(tx, claimed)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        async with storage.transaction() as tx:
            assert await tx.payments.get(samples.payment(2).id) == samples.payment(2, BORIS)
            assert len(await tx.payments_due.claim(SOON, SOON + HOUR, 10)) == 2

    async def test_overdue_payments_are_listed_until_they_are_due(self, storage: Storage) -> None:
        """A payment that waits to be settled isn't found again by the job that expires payments."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment(1))
            late = samples.payment(1).expires_at + HOUR
            assert await tx.payments.overdue(samples.payment(1).source, late, 10) == (samples.payment(1).id,)
            await tx.payments_due.add(samples.payment(1).id, late)
            assert await tx.payments.overdue(samples.payment(1).source, late, 10) == ()


async def _fill(storage: Storage, *numbers: int) -> None:
    """Payments of these numbers, each due as many minutes after NOW, less one."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(ALICE))
        for number in numbers:
            payment = samples.payment(number)
            await tx.payments.add(payment if number == 1 else payment.supersede())
            await tx.payments_due.add(payment.id, NOW + (number - 1) * MINUTE)


async def _fill_with_money(storage: Storage) -> None:
    """Alice and Boris with a payment that is due, a receipt for it, and an open order each."""
    async with storage.transaction() as tx:
        for number, tg_id in enumerate((ALICE, BORIS), 1):
            await tx.users.add_if_absent(samples.new_user(tg_id))
            payment = samples.payment(number, tg_id)
            await tx.orders.add_if_absent(samples.order(number, tg_id))
            await tx.payments.add(payment)
            await tx.receipts.add(samples.receipt(number, tg_id=tg_id, payment_id=payment.id))
            await tx.payments_due.add(payment.id, NOW)


async def _settle_together(tx: Transaction, claimed: Sequence[DuePayment]) -> None:
    """What a settlement asks and records of each, in one block."""
    async with tx.payments_due.read_ahead(tx, claimed) as ahead:
        for due in claimed:
            payment = await ahead.payments.lock(due.payment_id)
            assert (await ahead.users.lock_payer(due.payment_id)).tg_id == payment.tg_id
            (receipt,) = await ahead.receipts.of_payment(payment.id)
            assert await ahead.ledger.booked(payment.id, payment.tg_id) == Booked({}, 0)
            credit = money_credited(receipt.ref, payment.tg_id, receipt.amount, rub(12_900), NOW)
            await ahead.ledger.post_all([credit])
            (order,) = await ahead.orders.newest(payment.tg_id, 1)
            await ahead.orders.save(order.pay(SOON))
            await ahead.payments.save(replace(payment, status=PaymentStatus.CONFIRMED, confirmed_at=NOW))
            assert await ahead.grants.add(Grant(order_cause(order.id), payment.tg_id, 60, NOW))
            await ahead.subscriptions.save(Subscription(payment.tg_id, SOON, order.terms.code))
            customer = await ahead.subscriptions.customer(payment.tg_id)
            assert customer is not None
            assert (customer.user.balance, customer.subscription.ends_at) == (rub(12_900), SOON)
            assert await ahead.payments_due.finish(due, SOON)


async def _finish_together(tx: Transaction, claimed: Sequence[DuePayment]) -> None:
    async with tx.payments_due.read_ahead(tx, claimed) as ahead:
        for due in claimed:
            await ahead.payments_due.finish(due, SOON)
