"""Orders that nobody pays are cancelled, and none of which somebody may still be paying."""

import pytest

from orbit_domain.order.order import OrderState
from tests.support.buyer import Buyer
from tests.support.world import World

OPEN_HOURS = 72


@pytest.mark.parametrize(
    ("hours", "state"), [(OPEN_HOURS, OrderState.OPEN), (OPEN_HOURS + 1, OrderState.CANCELLED)], ids=["open", "over"]
)
async def test_an_order_without_a_payment_is_open_for_three_days(
    alice: Buyer, world: World, hours: int, state: OrderState
) -> None:
    """After seventy-two hours without any payment it is cancelled, not before."""
    order = (await alice.choose()).order
    world.clock.advance(hours=hours)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is state


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
async def test_a_recent_payment_keeps_an_order(alice: Buyer, world: World, ending: str) -> None:
    """Who asked for a payment within seventy-two hours may still send: the order waits as long after that payment."""
    order = (await alice.choose()).order
    world.clock.advance(hours=OPEN_HOURS - 1)
    await alice.shop.scan_and_settle()
    view = await alice.request_payment(order.id)
    if ending == "cancelled":
        await alice.cancel(view.payment.id)
    world.clock.advance(hours=OPEN_HOURS - 1)
    await alice.shop.work(3)
    assert not (await alice.refreshed(view)).payment.is_open
    assert (await alice.order(order.id)).state is OrderState.OPEN
    world.clock.advance(hours=1, seconds=1)
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.CANCELLED


async def test_an_open_payment_keeps_an_order(alice: Buyer, world: World) -> None:
    """While the source isn't read, no payment expires, and no order is cancelled under it."""
    view = await alice.start_purchase()
    world.clock.advance(hours=3 * OPEN_HOURS)
    await alice.shop.expire_payments()
    assert (await alice.refreshed(view)).payment.is_open
    assert (await alice.order_of(view)).state is OrderState.OPEN
