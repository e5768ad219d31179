"""What a messenger charges again is stopped by a tap: recorded first, and asked for until it has answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ids import PaymentId
from orbit_domain.notice.renewal_notices import RenewalAnswered
from orbit_domain.payment.payment import STARS_MONTHLY_METHOD, NoSuchPayment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState, RenewalWish
from orbit_domain.use_cases.carry_out_renewal_wishes import RenewalOutcome
from orbit_domain.use_cases.show_renewal import RenewalView
from orbit_testing import samples
from tests.support.buyer import Buyer

CHARGE = "stx1"
STOP, ALLOW = RenewalWish.STOP, RenewalWish.ALLOW
ACTIVE, CANCELED = RecurrenceState.ACTIVE, RecurrenceState.CANCELED


async def subscribe(buyer: Buyer, charge_id: str = CHARGE) -> PaymentId:
    """A payment of *buyer* that was charged an hour ago, and will be again."""
    now = buyer.world.clock.now()
    payment = samples.payment(
        buyer.tg_id, buyer.tg_id, method=STARS_MONTHLY_METHOD, order_id=None, status=PaymentStatus.CONFIRMED,
        policy=PaymentPolicy(repeats=True), recurrence=Recurrence(charged_at=now - timedelta(hours=1)),
    )  # fmt: skip
    charge = samples.receipt(
        source=payment.source, external_id=charge_id, tg_id=buyer.tg_id, payment_id=payment.id,
        amount=payment.quote.due,
    )  # fmt: skip
    async with buyer.world.storage.transaction() as tx:
        await tx.payments.add(payment)
        await tx.receipts.add(charge)
    buyer.world.renewals.began[charge_id] = buyer.tg_id
    return payment.id


async def shown(buyer: Buyer) -> RenewalView:
    return await buyer.shop.show_renewal(buyer.tg_id)


async def test_a_tap_stops_it_and_another_allows_it_again(alice: Buyer) -> None:
    """The screen says so at once; what is only allowed doesn't renew until the customer says so to the messenger."""
    payment_id = await subscribe(alice)
    assert (await shown(alice)).offers(STOP)
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP) is RenewalOutcome.DONE
    view = await shown(alice)
    assert (view.recurrence.state, view.recurrence.wish, alice.world.renewals.stopped) == (CANCELED, None, {CHARGE})
    assert (view.offers(STOP), view.offers(ALLOW)) == (False, True)
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP) is RenewalOutcome.OUTDATED
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, ALLOW) is RenewalOutcome.DONE
    assert ((await shown(alice)).recurrence.state, alice.world.renewals.stopped) == (CANCELED, set())
    await alice.shop.work()
    assert alice.notices("renewal_answered") == []


async def test_no_answer_is_no_failure(alice: Buyer) -> None:
    """The wish stays recorded, also over a restart; she is told when the messenger has answered, once."""
    payment_id = await subscribe(alice)
    alice.world.renewals.silent = True
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP) is RenewalOutcome.WAITING
    await alice.shop.work()
    view = await shown(alice)
    assert (view.recurrence.state, view.recurrence.wish, view.offers(STOP)) == (ACTIVE, STOP, False)
    alice.world.renewals.silent = False
    await alice.shop.work()
    assert ((await shown(alice)).recurrence.state, alice.world.renewals.stopped) == (CANCELED, {CHARGE})
    (told,) = alice.notices("renewal_answered")
    assert isinstance(told, RenewalAnswered)
    assert (told.payment_id, told.wish, told.is_done) == (payment_id, STOP, True)


async def test_a_later_wish_counts(alice: Buyer) -> None:
    """Stopped without an answer, then allowed: what was wished last is what the messenger is asked for in the end."""
    payment_id = await subscribe(alice)
    async with alice.world.storage.transaction() as tx:
        payment = await tx.payments.lock(payment_id)
        await tx.payments.save(payment.recur(replace(payment.recurrence or Recurrence(), state=CANCELED)))
    alice.world.renewals.silent = True
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, ALLOW) is RenewalOutcome.WAITING
    async with alice.world.storage.transaction() as tx:
        payment = await tx.payments.lock(payment_id)
        await tx.payments.save(payment.recur((payment.recurrence or Recurrence()).charge(alice.world.clock.now())))
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP) is RenewalOutcome.WAITING
    alice.world.renewals.silent = False
    await alice.shop.work()
    assert ((await shown(alice)).recurrence.state, alice.world.renewals.stopped) == (CANCELED, {CHARGE})


async def test_a_refusal_is_told_and_changes_nothing(alice: Buyer) -> None:
    """The messenger doesn't know the subscription: it stands as before, and nobody asks for ever."""
    payment_id = await subscribe(alice)
    alice.world.renewals.silent = True
    await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP)
    alice.world.renewals.silent = False
    alice.world.renewals.began.clear()
    await alice.shop.work()
    view = await shown(alice)
    assert (view.recurrence.state, view.recurrence.wish) == (ACTIVE, None)
    assert [notice.is_done for notice in alice.notices("renewal_answered") if isinstance(notice, RenewalAnswered)] == [
        False
    ]
    assert await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP) is RenewalOutcome.REFUSED


async def test_a_wish_ends_with_what_it_was_about(alice: Buyer) -> None:
    """Three days after the period nothing is charged any more: nobody is asked, and nobody is told."""
    payment_id = await subscribe(alice)
    alice.world.renewals.silent = True
    await alice.shop.edit_renewal(alice.tg_id, payment_id, STOP)
    alice.world.clock.advance(seconds=timedelta(days=33).total_seconds())
    await alice.shop.work()
    async with alice.world.storage.transaction() as tx:
        assert await tx.payments.with_wishes(None, 10) == ()
    assert ((await shown(alice)).payment, alice.notices("renewal_answered")) == (None, [])


async def test_nobody_stops_another_s(alice: Buyer, bob: Buyer) -> None:
    """Another customer's payment is none of theirs, and an unknown one is none."""
    payment_id = await subscribe(alice)
    for named in (payment_id, PaymentId(samples.identity(99))):
        with pytest.raises(NoSuchPayment):
            await bob.shop.edit_renewal(bob.tg_id, named, STOP)
    assert (alice.world.renewals.stopped, (await shown(alice)).recurrence.wish) == (set(), None)
