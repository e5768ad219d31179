"""What the payouts promise."""

from dataclasses import replace

import pytest

from orbit_domain.ids import PaymentId
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD, Method, PaymentStatus
from orbit_domain.payment.payout import NoSuchPayout, PayoutState
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW, UNKNOWN_USER


class PayoutContract:
    """Payouts are recorded, found by payment, comment and destination, and closed under a lock."""

    conflict: type[Exception]

    async def test_a_payout_is_read_as_it_was_written(self, storage: Storage) -> None:
        """Amounts beyond 64 bits and any comment come back exactly; only state, transfer and end change."""
        payout = samples.payout(amount=Money(samples.HUGE, TON), comment="\u202e<b>' ; -- 🙂 ё")
        await _fill(storage, 1)
        async with storage.transaction() as tx:
            await tx.payouts.add(payout)
        sent = payout.send("ton:A|17", NOW)
        async with storage.transaction() as tx:
            assert await tx.payouts.lock(payout.id) == payout
            await tx.payouts.save(replace(sent, destination="elsewhere", comment="other", tg_id=BORIS, actor="x"))
        async with storage.transaction() as tx:
            assert await tx.payouts.lock(payout.id) == sent

    async def test_a_payment_has_one_live_payout(self, storage: Storage) -> None:
        """A second one, while the first waits or is sent, is refused; after its end there may be another."""
        await _fill(storage, 1)
        second = samples.payout(2, payment_id=samples.payment(1).id)
        first = samples.payout(1)
        async with storage.transaction() as tx:
            await tx.payouts.add(first)
        for state in (PayoutState.WAITING, PayoutState.SENT):
            async with storage.transaction() as tx:
                await tx.payouts.save(replace(first, state=state))
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.payouts.add(second)
        async with storage.transaction() as tx:
            await tx.payouts.save(replace(first, state=PayoutState.RETURNED))
            await tx.payouts.add(second)
            assert await tx.payouts.live_of_payment(samples.payment(1).id) == second

    async def test_a_payout_needs_its_user_its_payment_and_an_id_of_its_own(self, storage: Storage) -> None:
        """Each of the three is refused, and one that doesn't exist can't be locked or saved."""
        await _fill(storage, 1)
        unknown_payment = samples.payout(2, payment_id=PaymentId(samples.identity(99)))
        repeated = samples.payout(1, state=PayoutState.CANCELLED)
        async with storage.transaction() as tx:
            await tx.payouts.add(samples.payout(1))
        for wrong in (samples.payout(2, UNKNOWN_USER), unknown_payment, repeated):
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.payouts.add(wrong)
        async with storage.transaction() as tx:
            with pytest.raises(NoSuchPayout):
                await tx.payouts.lock(samples.payout(7).id)
            with pytest.raises(NoSuchPayout):
                await tx.payouts.save(samples.payout(7))

    async def test_payouts_are_found_oldest_first(self, storage: Storage) -> None:
        """By comment in any state, by destination when they were sent, of one method; and those that wait."""
        await _fill(storage, 5)
        waits, same, gone, back, other = (
            samples.payout(3, comment="10473321"),
            samples.payout(1, comment="10473321", state=PayoutState.CANCELLED),
            samples.payout(2, state=PayoutState.SENT),
            samples.payout(4, state=PayoutState.RETURNED),
            samples.payout(5, comment="10473321", method=Method("other"), state=PayoutState.SENT),
        )
        async with storage.transaction() as tx:
            for payout in (waits, same, gone, back, other):
                await tx.payouts.add(payout)
        async with storage.transaction() as tx:
            assert await tx.payouts.by_comments(TON_METHOD, {"10473321", "none"}) == (same, waits)
            assert await tx.payouts.sent_to(TON_METHOD, {gone.destination, "none"}) == (gone,)
            assert await tx.payouts.sent_to(TON_METHOD, {"none"}) == ()
            assert await tx.payouts.waiting(10) == (waits,)
            assert await tx.payouts.waiting(0) == ()

    async def test_what_was_said_of_an_address_is_kept_in_order(self, storage: Storage) -> None:
        """Each line is read as it was written, by its number; a number is used once, and its payment and user exist."""
        await _fill(storage, 2)
        asked, other = samples.address_line(1), samples.address_line(2)
        answer = samples.address_line(step=AddressStep.GIVEN, destination="0:" + "C" * 64, memo="\u202e<b>' ; -- 🙂 ё")
        given = replace(answer, number=2, reason="")
        async with storage.transaction() as tx:
            for line in (given, other, asked):
                await tx.payout_addresses.add(line)
        nobodys = replace(samples.address_line(2, UNKNOWN_USER), number=2)
        for wrong in (replace(asked, actor="x"), nobodys, samples.address_line(9)):
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.payout_addresses.add(wrong)
        async with storage.transaction() as tx:
            assert await tx.payout_addresses.of_payment(asked.payment_id) == (asked, given)
            assert await tx.payout_addresses.of_payment(other.payment_id) == (other,)
            assert await tx.payout_addresses.of_payment(PaymentId(samples.identity(99))) == ()


async def _fill(storage: Storage, count: int) -> None:
    """The first *count* payments of a user."""
    async with storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
        for number in range(1, count + 1):
            await tx.payments.add(samples.payment(number, status=PaymentStatus.CONFIRMED, confirmed_at=NOW))
