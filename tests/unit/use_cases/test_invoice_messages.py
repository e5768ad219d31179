"""The message of an invoice: what it has to say follows from what is recorded, and each change is told once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import PaymentId
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Method, NoSuchPayment, Payment, PaymentStatus
from orbit_domain.use_cases.show_payment import InvoiceState, PaymentView
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, World

BANK = Method("bank")


async def shown(shop: Shop, view: PaymentView, message_id: int = 100) -> InvoiceMessage | None:
    """The invoice of *view* is on the screen."""
    return await shop.record_invoice_message(view, ALICE, message_id)


def changes(buyer: Buyer) -> list[tuple[UUID, str]]:
    """What the messages of invoices were told to say."""
    return [(notice.payment_id, notice.reason) for notice in buyer.notices("invoice_changed")]


async def bank_invoice(world: World, view: PaymentView) -> Payment:
    """A pending payment by another method for the same order."""
    bank = replace(view.payment, id=PaymentId(UUID(int=77)), method=BANK, comment="ORB00000000077")
    async with world.storage.transaction() as tx:
        await tx.payments.add(bank)
    return bank


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, InvoiceState.OPEN),
        ({"received": COIN // 2}, InvoiceState.PART),
        ({"late": timedelta(hours=1)}, InvoiceState.EXPIRED),
        ({"late": timedelta(hours=1), "received": COIN // 2}, InvoiceState.EXPIRED),
        ({"status": PaymentStatus.EXPIRED}, InvoiceState.EXPIRED),
        ({"status": PaymentStatus.CANCELLED}, InvoiceState.REPLACED),
        ({"status": PaymentStatus.CANCELLED, "cancelled": True}, InvoiceState.CANCELLED),
        ({"replaced": True}, InvoiceState.REPLACED),
        ({"replaced": True, "received": COIN // 2}, InvoiceState.REPLACED),
        ({"replaced": True, "status": PaymentStatus.EXPIRED}, InvoiceState.REPLACED),
        ({"replaced": True, "status": PaymentStatus.CONFIRMED}, InvoiceState.PAID),
        ({"order": OrderState.PAID}, InvoiceState.NOT_NEEDED),
        ({"order": OrderState.DELIVERED, "status": PaymentStatus.EXPIRED}, InvoiceState.NOT_NEEDED),
        ({"order": OrderState.PAID, "status": PaymentStatus.CONFIRMED}, InvoiceState.PAID),
        ({"order": OrderState.CANCELLED, "status": PaymentStatus.EXPIRED}, InvoiceState.EXPIRED),
    ],
)
async def test_what_an_invoice_says(alice: Buyer, changed: dict[str, object], state: InvoiceState) -> None:
    """Only an open payment that nothing has replaced, in time and for an order that isn't paid, asks for money."""
    view = await alice.start_purchase()
    payment = replace(view.payment, status=changed.get("status", PaymentStatus.PENDING))
    if changed.get("cancelled"):
        payment = replace(payment, cancelled_at=view.now)
    changed_view = replace(
        view,
        payment=payment,
        order=replace(view.order, state=changed.get("order", OrderState.OPEN)),
        received=replace(view.received, units=changed.get("received", 0)),
        now=view.now + changed.get("late", timedelta(0)),
        is_replaced=changed.get("replaced", False),
    )
    assert changed_view.state is state


async def test_each_end_of_an_invoice_is_told_once(alice: Buyer, world: World) -> None:
    """Expired, and found late after that: one change each, however often the jobs run."""
    view = await alice.start_purchase()
    await shown(alice.shop, view)
    world.clock.advance(minutes=30)
    await alice.shop.work(3)
    assert changes(alice) == [(view.payment.id, "expired")]


async def test_a_replaced_invoice_is_told(alice: Buyer) -> None:
    """Another request by the same method: the older invoice's message has to change, the newer one's doesn't."""
    older = await alice.start_purchase()
    await shown(alice.shop, older)
    newer = await alice.start_purchase("sub_3m")
    await shown(alice.shop, newer, 101)
    await alice.shop.work()
    assert changes(alice) == [(older.payment.id, "cancelled")]
    assert (await alice.refreshed(older)).state is InvoiceState.REPLACED
    assert (await alice.refreshed(newer)).state is InvoiceState.OPEN


async def test_two_methods_for_one_order_leave_one_invitation(alice: Buyer, world: World) -> None:
    """Both payments are pending, so money for either is taken; only the invoice that was shown last asks for it."""
    view = await alice.start_purchase()
    await shown(alice.shop, view, 100)
    bank = await bank_invoice(world, view)
    world.clock.advance(minutes=1)
    await shown(alice.shop, replace(view, payment=bank), 101)
    assert (await alice.refreshed(view)).state is InvoiceState.REPLACED
    await alice.shop.work()
    assert changes(alice) == [(view.payment.id, "cancelled")]
    world.clock.advance(minutes=1)
    again = await alice.request_payment(view.order.id)
    assert (again.payment.id, again.state) == (view.payment.id, InvoiceState.OPEN)
    await shown(alice.shop, again, 102)
    await alice.shop.work()
    assert changes(alice)[1:] == [(bank.id, "cancelled")]
    assert (await alice.refreshed(again)).state is InvoiceState.OPEN


async def test_a_paid_order_ends_all_its_invoices(alice: Buyer, world: World) -> None:
    """Paid by one method: the invoices by both change, and each hears of it once."""
    view = await alice.start_purchase()
    await shown(alice.shop, view)
    bank = await bank_invoice(world, view)
    await shown(alice.shop, replace(view, payment=bank), 101)
    await alice.shop.work()
    alice.send(view)
    before = len(changes(alice))
    await alice.shop.work()
    assert sorted(changes(alice)[before:]) == sorted([(view.payment.id, "paid"), (bank.id, "paid")])


async def test_late_money_changes_a_closed_invoice_again(alice: Buyer, world: World) -> None:
    """What arrives for an expired invoice is told, and its message shows it."""
    view = await alice.start_purchase()
    await shown(alice.shop, view)
    world.clock.advance(minutes=30)
    await alice.shop.work()
    alice.send(view, COIN // 2)
    await alice.shop.work()
    assert changes(alice) == [(view.payment.id, "expired")] * 2


async def test_an_invoice_that_was_never_shown_changes_nothing(alice: Buyer, world: World) -> None:
    """Without a message there is nothing to correct."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=30)
    await alice.shop.work()
    assert (await alice.refreshed(view)).state is InvoiceState.EXPIRED
    assert changes(alice) == []


async def test_an_invoice_that_was_closed_on_its_way_is_corrected(alice: Buyer, world: World) -> None:
    """The message arrived after the payment had expired: it is corrected as soon as it is known."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=30)
    await alice.shop.work()
    await shown(alice.shop, view)
    await alice.shop.work()
    assert changes(alice) == [(view.payment.id, "expired")]


async def test_only_known_payments_have_a_message(alice: Buyer) -> None:
    """A message of a payment that doesn't exist is refused."""
    view = await alice.start_purchase()
    with pytest.raises(NoSuchPayment):
        await shown(alice.shop, replace(view, payment=replace(view.payment, id=PaymentId(UUID(int=404)))))


async def test_what_arrived_while_the_invoice_was_on_its_way_corrects_it(alice: Buyer) -> None:
    """Half came between reading the payment and showing it: the message, which asks for all, is corrected at once."""
    view = await alice.start_purchase()
    alice.send(view, COIN // 2)
    await alice.shop.work()
    await shown(alice.shop, view)
    await alice.shop.work()
    assert changes(alice) == [(view.payment.id, "pending")]
    await shown(alice.shop, await alice.refreshed(view))
    await alice.shop.work()
    assert len(changes(alice)) == 1


async def test_two_messages_at_once_leave_one(alice: Buyer) -> None:
    """While one message was on its way another was recorded: it is named, so that it can say that it is replaced."""
    view = await alice.start_purchase()
    assert await shown(alice.shop, view, 100) is None
    meanwhile = await shown(alice.shop, view, 101)
    assert meanwhile is not None
    assert meanwhile.message_id == 100
    assert await shown(alice.shop, await alice.refreshed(view), 102) is None
    assert await shown(alice.shop, await alice.refreshed(view), 102) is None
    assert (await alice.refreshed(view)).message.message_id == 102


async def test_money_for_a_cancelled_invoice_offers_to_finish_the_order(alice: Buyer) -> None:
    """It stays on the balance, and the notice has the order and that nothing is missing; after that none is offered."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.deliver_notices()
    (notice,) = alice.notices("money_credited")
    assert (notice.order_id, notice.missing_kopecks) == (view.order.id, 0)
    assert (await alice.order_of(view)).state is OrderState.OPEN


async def test_an_order_that_was_finished_meanwhile_is_not_offered(alice: Buyer) -> None:
    """The notice waited: when it is sent the order is paid, so it names the balance of now and no order."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.pay_from_balance(view.order.id)
    await alice.shop.work()
    (notice,) = alice.notices("money_credited")
    assert (notice.order_id, notice.missing_kopecks, notice.balance_kopecks) == (None, 0, 0)
