"""A payment is settled from all its receipts each time: what was done before is not done again."""

from orbit_domain.ids import PaymentId
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.steps.settle_payment import SettlementContext, settle_payment
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World


async def settle_again(buyer: Buyer, payment_id: PaymentId) -> None:
    """Settle one payment once more, as a source does that tells of a receipt a second time."""
    world = buyer.world
    context = SettlementContext.unasked(world.clock.now(), world.ids, world.ports().sources)
    async with world.storage.transaction() as tx:
        settlement = await settle_payment(tx, payment_id, context)
    assert settlement.credits == ()
    await buyer.shop.work()


async def test_a_second_settlement_says_nothing_new(alice: Buyer, world: World) -> None:
    """Settled again, a payment that bought a month gives no money and sends no message."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    told = world.notices(alice.tg_id)
    await settle_again(alice, view.payment.id)
    assert (world.notices(alice.tg_id), await alice.balance()) == (told, 0)
    await check_ledger(world)


async def test_too_late_money_closes_the_payment_in_the_same_settlement(alice: Buyer, world: World) -> None:
    """The chain is read for the first time when the window and the grace are over: credited, and expired, at once."""
    view = await alice.start_purchase()
    world.clock.advance(hours=2)
    await alice.shop.record_rates()
    alice.send(view)
    await alice.shop.scan_and_settle()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.PAID, 0)
    await check_ledger(world)


async def test_money_of_a_cancelled_request_names_no_order_that_is_paid(alice: Buyer, world: World) -> None:
    """It came after the order was bought in another way: it is on the balance, and nothing is missing of an order."""
    cancelled = await alice.start_purchase()
    await alice.cancel(cancelled.payment.id)
    again = await alice.request_payment((await alice.order_of(cancelled)).id)
    alice.send(again)
    await alice.shop.work()
    alice.send(cancelled, COIN)
    await alice.shop.work()
    (credited,) = alice.notices("money_credited")
    assert isinstance(credited, MoneyCredited)
    assert (credited.order_id, credited.credited_kopecks, credited.missing_kopecks) == (None, PRICE, 0)
    await check_ledger(world)
