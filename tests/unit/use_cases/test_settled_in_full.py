"""What a settlement leaves behind: the debt that is paid, the order that waits or doesn't, and the queue."""

from datetime import timedelta

import pytest

from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import RUB
from orbit_domain.notice.notice import MoneyCredited, PaymentShort
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.steps.settle_payment import SettlementContext, settle_due_payment, settle_payment
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.buyer import Buyer
from tests.support.clock import NOON
from tests.support.world import PRICE, World
from tests.unit.payment.samples import make_payment

KOPECKS = 2 * PRICE
LATER = NOON + timedelta(minutes=5)


async def pay(buyer: Buyer, view: PaymentView) -> str:
    """Send what *view* asks for, and let the shop see it; the receipt's name."""
    arrived = buyer.send(view, view.payment.quote.due.units)
    await buyer.shop.work()
    return arrived.ref


async def test_new_money_pays_a_debt_by_an_entry_that_names_it(alice: Buyer, world: World) -> None:
    """Money was spent and then went back: the next receipt pays for it at once, and the rest is the customer's."""
    view = await alice.top_up(KOPECKS)
    await pay(alice, view)
    await alice.shop.adjust_balance(world.ids.uuid(), alice.tg_id, -PRICE, "cli:owner", "spent elsewhere")
    world.chain.take_back(world.chain.records[-1])
    await alice.shop.work()
    world.clock.at = LATER
    name = f"debt:{await pay(alice, await alice.top_up(KOPECKS))}"
    lines = (Line(f"user:{alice.tg_id}", -PRICE, RUB), Line(f"receivable:{alice.tg_id}", PRICE, RUB))
    async with world.storage.transaction() as tx:
        assert await tx.ledger.entry(EntryKind.REFUND, name) == Entry(EntryKind.REFUND, name, lines, LATER)
    assert await alice.balance() == KOPECKS - PRICE


async def test_late_money_for_a_finished_order_waits_for_none(alice: Buyer, world: World) -> None:
    """A cancelled request whose order was paid from the balance is paid after all: it is credited, for no order."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    await alice.add_balance(KOPECKS)
    assert view.payment.order_id is not None
    await alice.pay_from_balance(view.payment.order_id)
    receipt = alice.send(view, view.payment.quote.due.units).ref
    await alice.shop.scan_and_settle()
    async with world.storage.transaction() as tx:
        (waiting,) = await tx.outbox.of_user(alice.tg_id, 1)
    assert waiting.notice == MoneyCredited(PRICE, receipt_ref=receipt)
    await alice.shop.work()
    assert alice.notices("money_credited")[-1] == MoneyCredited(PRICE, KOPECKS, receipt_ref=receipt)
    assert await alice.balance() == KOPECKS


@pytest.mark.parametrize(("above", "is_told"), [(0, False), (1, True)])
async def test_no_more_than_the_tolerance_is_dust(alice: Buyer, above: int, is_told: bool) -> None:
    """As many units as may be missing are no part payment; one more is, and the customer is told what is missing."""
    payment = (view := await alice.start_purchase()).payment
    due = payment.quote.due
    units = due.units - payment.minimum_due + above
    alice.send(view, units)
    await alice.shop.work()
    told = PaymentShort(payment.id, due.currency.code, units, due.units - units, payment.comment, payment.expires_at)
    assert alice.notices("payment_short") == ([told] if is_told else [])


async def test_a_payment_at_a_source_that_was_never_read_does_not_expire(alice: Buyer, world: World) -> None:
    """Nobody knows what came there: long after its window it is still open."""
    payment = make_payment()
    context = SettlementContext.unasked(payment.expires_at + timedelta(days=1), world.ids, world.ports().sources)
    async with world.storage.transaction() as tx:
        await tx.payments.add(payment)
        settlement = await settle_payment(tx, payment.id, context)
    assert (settlement.payment.status, settlement.waits) == (PaymentStatus.PENDING, False)


async def test_what_arrives_during_a_settlement_is_settled_next(alice: Buyer, world: World) -> None:
    """A reason that came meanwhile keeps the payment in the queue, due at once; without one it leaves the queue."""
    view = await alice.start_purchase()
    context = SettlementContext.unasked(NOON, world.ids, world.ports().sources)
    lease = NOON + timedelta(minutes=1)
    async with world.storage.transaction() as tx:
        await tx.payments_due.add(view.payment.id, NOON)
        (due,) = await tx.payments_due.claim(NOON, lease, 10)
        await tx.payments_due.add(view.payment.id, NOON)
        await settle_due_payment(tx, due, context)
        (again,) = await tx.payments_due.claim(NOON, lease, 10)
        await settle_due_payment(tx, again, context)
        assert await tx.payments_due.claim(lease, lease, 10) == ()
    assert (again.payment_id, again.revision) == (view.payment.id, due.revision + 1)


async def test_a_renewed_key_is_due_at_once(alice: Buyer, world: World) -> None:
    """The panel is to hear of the new end with the payment, not when an older attempt would be due."""
    await alice.buy()
    await alice.add_balance(KOPECKS)
    world.clock.at = LATER
    order = (await alice.choose()).order
    await alice.pay_from_balance(order.id)
    key = await alice.key()
    assert (key.home.next_attempt_at, key.is_confirmed) == (LATER, False)
