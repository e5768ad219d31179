"""Which open payment a customer is shown again, and which request makes a new one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.ton.gateway import TonGateway
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.steps.open_payment import PaymentRequest, find_open_payment
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import TON_SETTINGS
from tests.support.world import PRICE, World


def gateway(world: World, source: str = "ton:testnet:0:" + "A" * 64) -> TonGateway:
    """The shop's gateway, or one over a *source* that was never read."""
    made = TonGateway(TON_SETTINGS, world.rates, world.clock)
    made.source = source
    return made


async def test_an_order_never_gets_the_payment_of_another_order(alice: Buyer, world: World) -> None:
    """Two orders of one price have a payment each: the second is asked for anew, with a comment of its own."""
    first = await alice.start_purchase()
    second = await alice.start_purchase()
    assert first.payment.amount == second.payment.amount
    assert first.payment.order_id != second.payment.order_id
    assert first.payment.comment != second.payment.comment
    assert (await alice.refreshed(first)).payment.status is PaymentStatus.CANCELLED
    alice.send(second)
    await alice.shop.work()
    assert ((await alice.order_of(first)).state, (await alice.order_of(second)).state) == (
        OrderState.OPEN,
        OrderState.DELIVERED,
    )
    await check_ledger(world)


async def test_a_top_up_never_gets_the_payment_of_an_order(alice: Buyer) -> None:
    """A top-up by the price of an order that waits is a payment without an order."""
    view = await alice.start_purchase("sub_3m")
    top_up = await alice.top_up(view.payment.amount.units)
    assert (top_up.payment.order_id, top_up.payment.id == view.payment.id) == (None, False)
    again = await alice.request_payment(view.payment.order_id)
    assert again.payment.order_id == view.payment.order_id


@pytest.mark.parametrize(
    ("order", "kopecks", "seconds", "is_found"),
    [
        ("the same", PRICE, 0, True),
        ("the same", PRICE, 15 * 60 - 1, True),
        ("the same", PRICE, 15 * 60, False),
        ("the same", PRICE - 1, 0, False),
        ("another", PRICE, 0, False),
        ("none", PRICE, 0, False),
    ],
)
async def test_only_the_same_request_finds_an_open_payment(
    alice: Buyer, world: World, order: str, kopecks: int, seconds: int, is_found: bool
) -> None:
    """Found is what asks the same amount for the same order before its time is up; nothing else."""
    other = (await alice.choose()).order.id
    view = await alice.start_purchase()
    order_id = {"the same": view.payment.order_id, "another": other, "none": None}[order]
    request = PaymentRequest(ALICE, TON_METHOD, rub(kopecks), order_id)
    world.clock.advance(seconds=seconds)
    await alice.shop.read_receipts()
    now = world.clock.now()
    async with world.storage.transaction() as tx:
        found = await find_open_payment(tx, request, gateway(world), now)
    assert (found and found.id) == (view.payment.id if is_found else None)


async def test_a_new_payment_needs_an_available_method(alice: Buyer, world: World) -> None:
    """While the method isn't available the open payment is found, and another one is refused with the reason."""
    view = await alice.start_purchase()
    now = world.clock.now()
    async with world.storage.transaction() as tx:
        request = PaymentRequest(ALICE, TON_METHOD, rub(PRICE), view.payment.order_id)
        assert await find_open_payment(tx, request, gateway(world, "never read"), now) == replace(
            view.payment, address=TonGateway(TON_SETTINGS, world.rates, world.clock).address
        )
        other = PaymentRequest(ALICE, TON_METHOD, rub(PRICE))
        with pytest.raises(MethodUnavailable) as refused:
            await find_open_payment(tx, other, gateway(world, "never read"), now)
    assert refused.value.method == TON_METHOD


async def test_a_payment_is_asked_for_anew_when_its_time_is_up(alice: Buyer) -> None:
    """After its window the same order is asked for with a new comment; the old one stays the customer's."""
    view = await alice.start_purchase()
    alice.world.clock.advance(minutes=15)
    await alice.shop.scan_and_settle()
    again = await alice.request_payment(view.payment.order_id)
    assert again.payment.comment != view.payment.comment
    assert again.payment.expires_at == alice.world.clock.now() + timedelta(minutes=15)
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
