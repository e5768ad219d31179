"""Each part of a payment is told, with what is left to send."""

from orbit_domain.notice.notice import PaymentShort
from orbit_domain.order.order import OrderState
from tests.support.buyer import Buyer
from tests.support.world import COIN, World


def parts(buyer: Buyer) -> list[tuple[int, int]]:
    """What the customer was told of parts: received and missing."""
    notices = [notice for notice in buyer.notices("payment_short") if isinstance(notice, PaymentShort)]
    return [(notice.received_units, notice.missing_units) for notice in notices]


async def test_every_part_of_a_payment_is_told(alice: Buyer, world: World) -> None:
    """A second part is told too, with the sum of both; the part that completes the payment buys the order."""
    view = await alice.start_purchase()
    due = view.payment.quote.due.units
    first, second = COIN // 5, COIN // 10
    alice.send(view, first)
    await alice.shop.work()
    assert parts(alice) == [(first, due - first)]
    alice.send(view, second)
    await alice.shop.work()
    assert parts(alice) == [(first, due - first), (first + second, due - first - second)]
    alice.send(view, due - first - second)
    await alice.shop.work()
    assert len(parts(alice)) == 2
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_a_part_is_told_with_its_payment(alice: Buyer) -> None:
    """Which payment it is, in which asset, with which comment and until when: all that is needed to send the rest."""
    view = await alice.start_purchase()
    alice.send(view, COIN // 5)
    await alice.shop.work()
    payment, missing = view.payment, view.payment.quote.due.units - COIN // 5
    told = PaymentShort(payment.id, payment.quote.asset.code, COIN // 5, missing, payment.comment, payment.expires_at)
    assert alice.notices("payment_short") == [told]


async def test_parts_that_come_together_are_told_once(alice: Buyer, world: World) -> None:
    """Two parts of equal size between two runs are one notice with their sum; a run without money tells nothing."""
    view = await alice.start_purchase()
    for _ in range(2):
        alice.send(view, COIN // 10)
    await alice.shop.work(4)
    assert parts(alice) == [(COIN // 5, view.payment.quote.due.units - COIN // 5)]
    alice.send(view, COIN // 10)
    await alice.shop.work()
    assert [received for received, _ in parts(alice)] == [COIN // 5, 3 * (COIN // 10)]
