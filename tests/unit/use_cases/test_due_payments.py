"""Payments that have to be settled: dust, poison and lies about time hold up no other customer."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.memory.chain import MemorySources
from orbit_domain.ids import PlanCode
from orbit_domain.ledger.ledger import UNMATCHED
from orbit_domain.money import rub
from orbit_domain.order.order import OrderClosed, OrderState
from orbit_domain.payment.payment import TON_METHOD, PaymentStatus
from orbit_domain.payment.source import Batch, Cursor
from orbit_domain.payment.source_record import Meaning
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.use_cases.open_checkout import Checkout
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World


async def two_orders_for_ever(buyer: Buyer, world: World) -> tuple[Checkout, Checkout]:
    """Two orders of a plan so long that paying the second one leaves the calendar: its settlement raises."""
    async with world.storage.transaction() as tx:
        terms = PlanTerms(PlanCode("ever"), {"ru": "e", "en": "e"}, 2_900_000)
        await tx.plans.add_if_absent(Plan(terms, rub(12_900), 9))
    return await buyer.choose("ever"), await buyer.choose("ever")


async def test_a_payment_is_settled_once_however_much_arrived(alice: Buyer, bob: Buyer, world: World) -> None:
    """A thousand transfers of dust on a public comment are one settlement, and the next customer is served with it."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    for _ in range(1_000):
        world.chain.deposit(1, view.payment.comment)
    his = await bob.start_purchase()
    bob.send(his)
    report = await alice.shop.read_receipts()
    while not report.complete:
        report = await alice.shop.read_receipts()
    assert await alice.shop.settle_receipts() == 2
    assert (await bob.order_of(his)).state is OrderState.PAID
    await check_ledger(world)


async def test_a_payment_that_cannot_be_settled_holds_up_no_other(alice: Buyer, bob: Buyer, world: World) -> None:
    """In the same run everybody else is paid; the owner is alerted once, and nothing is lost."""
    one, two = await two_orders_for_ever(alice, world)
    for checkout in (one, two):
        view = await alice.request_payment(checkout.order.id)
        alice.send(view)
        await _run_past_errors(alice.shop)
    mine = await bob.start_purchase()
    bob.send(mine)
    await _run_past_errors(bob.shop)
    assert (await bob.order_of(mine)).state is OrderState.PAID
    for _ in range(20):
        world.clock.advance(minutes=11)
        await _run_past_errors(alice.shop)
    await alice.shop.deliver_notices()
    (alert,) = world.notices(OWNER, "settlement_failing")
    assert alert.reason == "OverflowError"
    await check_ledger(world)


async def test_a_tap_is_not_hurt_by_another_customers_payment(alice: Buyer, bob: Buyer, world: World) -> None:
    """'I have paid' shows the customer's own payment, whatever fails for others at that moment."""
    for checkout in await two_orders_for_ever(alice, world):
        view = await alice.request_payment(checkout.order.id)
        alice.send(view)
    mine = await bob.start_purchase()
    bob.send(mine)
    await bob.check_payment(mine)
    assert (await bob.order_of(mine)).state is OrderState.PAID


async def test_a_payment_that_cannot_be_settled_stops_no_expiry(alice: Buyer, bob: Buyer, world: World) -> None:
    """Other payments expire and forgotten orders are cancelled beside it."""
    one, two = await two_orders_for_ever(alice, world)
    for checkout in (one, two):
        view = await alice.request_payment(checkout.order.id)
        alice.send(view)
        await _run_past_errors(alice.shop)
    mine = await bob.start_purchase()
    forgotten = await bob.choose("sub_3m")
    for _ in range(80):
        world.clock.advance(hours=1)
        await alice.shop.expire_payments()
        await _run_past_errors(alice.shop)
    assert (await bob.refreshed(mine)).payment.status is PaymentStatus.EXPIRED
    assert (await bob.order(forgotten.order.id)).state is OrderState.CANCELLED


async def test_a_rate_that_never_comes_is_told_once(alice: Buyer, world: World) -> None:
    """Money that needs a rate waits in the ledger at growing intervals, and the owner hears of it once."""
    view = await alice.start_purchase()
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    alice.send(view)
    for _ in range(30):
        world.clock.advance(minutes=11)
        await alice.shop.work()
    assert [alert.reason for alert in world.notices(OWNER, "settlement_failing")] == ["no acceptable rate"]
    await check_ledger(world)


async def test_money_that_stayed_is_booked_whatever_it_is(alice: Buyer, world: World) -> None:
    """Coins that stayed on our wallet stand in *unmatched*, are listed and told to the owner, and credit no one."""
    view = await alice.start_purchase()
    world.chain.deposit(5 * COIN, view.payment.comment, meaning=Meaning.REVIEW)
    await alice.shop.work()
    async with world.storage.transaction() as tx:
        entries = await tx.ledger.newest(100)
    unmatched = sum(line.units for entry in entries for line in entry.lines if line.account == UNMATCHED)
    (listed,) = await alice.shop.list_unmatched()
    assert (unmatched, listed.receipt.amount.units) == (5 * COIN, 5 * COIN)
    assert len(world.notices(OWNER, "unmatched_money")) == 1
    assert ((await alice.order_of(view)).is_open, await alice.balance()) == (True, 0)
    await check_ledger(world)


async def test_a_speck_that_a_person_has_to_look_at_is_told(world: World, alice: Buyer) -> None:
    """What stayed for a reason unknown is told however small; a speck of a usual transfer isn't."""
    world.chain.deposit(1, meaning=Meaning.REVIEW)
    world.chain.deposit(1)
    await alice.shop.work()
    assert [notice.units for notice in world.notices(OWNER, "unmatched_money")] == [1]


async def test_old_orders_of_one_customer_do_not_stop_the_cancelling(alice: Buyer, bob: Buyer, world: World) -> None:
    """A hundred orders that may not be cancelled yet stand in front; another customer's old order is cancelled."""
    hers = [await alice.choose() for _ in range(100)]
    world.clock.advance(seconds=1)
    his = await bob.choose()
    world.clock.advance(hours=71)
    await alice.shop.work(1)
    for checkout in hers:
        await alice.request_payment(checkout.order.id)
    world.clock.advance(hours=70)
    await alice.shop.work(1)
    assert (await bob.order(his.order.id)).state is OrderState.CANCELLED


async def test_a_watermark_is_never_later_than_now(alice: Buyer, world: World) -> None:
    """An index that says it is the year 2106 closes no open payment."""

    class Liar:
        name, method, dust_units = world.chain.name, world.chain.method, 0
        newest = world.chain.newest

        async def read(self, cursor: Cursor) -> Batch:
            batch = await world.chain.read(cursor)
            return replace(batch, cursor=replace(batch.cursor, watermark=world.clock.now() + timedelta(days=29_000)))

    view = await alice.start_purchase()
    liar = Shop(replace(world.ports(), sources=MemorySources(Liar())))
    await liar.work()
    async with world.storage.transaction() as tx:
        cursor = await tx.cursors.get(world.chain.name)
    assert cursor is not None
    assert cursor.watermark == world.clock.now()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.PENDING


async def test_two_orders_paid_side_by_side_are_audited_right(alice: Buyer, world: World) -> None:
    """A process that read its clock, and then waited for the lock, leaves a ledger that the audit proves."""
    await alice.add_balance(40_000)
    first, second = (await alice.choose()).order, (await alice.choose()).order
    early = world.clock.now()
    world.clock.advance(milliseconds=5)
    await alice.shop.pay_from_balance(alice.tg_id, second.id)
    late = world.clock.at
    world.clock.at = early
    await alice.shop.pay_from_balance(alice.tg_id, first.id)
    world.clock.at = late
    assert (await alice.shop.audit_ledger()).findings == ()


async def test_dust_sends_no_message(alice: Buyer, world: World) -> None:
    """Thirty transfers of dust on an open comment are no message; half of the price is one, before and after them."""
    view = await alice.start_purchase()
    for _ in range(15):
        world.chain.deposit(1, view.payment.comment)
        await alice.shop.work()
    assert alice.notices("payment_short") == []
    alice.send(view, COIN // 2)
    await alice.shop.work()
    for _ in range(15):
        world.chain.deposit(1, view.payment.comment)
        await alice.shop.work()
    (short,) = alice.notices("payment_short")
    assert short.received_units == COIN // 2
    await check_ledger(world)


async def _run_past_errors(shop: Shop) -> None:
    with contextlib.suppress(OverflowError):
        await shop.scan_and_settle()


async def test_an_order_that_was_just_paid_gets_no_new_invoice(alice: Buyer, world: World) -> None:
    """Replacing a half-paid request can pay the order: then nothing more is asked for, and the customer is told so."""
    other = await alice.top_up(20_000)
    view = await alice.start_purchase("sub_3m")
    alice.send(view, view.payment.quote.due.units // 2)
    alice.send(other, other.payment.quote.due.units)
    await alice.shop.scan_and_settle()
    assert await alice.balance() > 0
    with pytest.raises(OrderClosed):
        await alice.request_payment(view.payment.order_id)
    async with world.storage.transaction() as tx:
        pending = await tx.payments.pending(alice.tg_id, TON_METHOD)
    assert ((await alice.order_of(view)).state, pending) == (OrderState.PAID, None)
    await check_ledger(world)
