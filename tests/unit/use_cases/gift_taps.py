"""What giver and taker of a gift tap, and the sums that must agree afterwards."""

from orbit_domain.ids import GiftCode, Nonce, OrderId, PlanCode
from orbit_domain.order.order import Order
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World


async def give(giver: Buyer, plan: str = "sub_1m", nonce: str = "a1") -> OrderId:
    """An open order of a gift."""
    return (await giver.shop.open_gift(giver.tg_id, "Алиса", PlanCode(plan), Nonce(nonce))).order.id


async def given(giver: Buyer, plan: str = "sub_1m", nonce: str = "a1") -> tuple[OrderId, GiftCode]:
    """A gift that is paid, from the balance if that is enough, and its code."""
    order_id = await give(giver, plan, nonce)
    await pay(giver, order_id)
    return order_id, await code_of(giver, order_id)


async def pay(giver: Buyer, order_id: OrderId) -> None:
    """Send exactly what is missing, or nothing."""
    if (await giver.shop.show_checkout(giver.tg_id, order_id)).missing.is_zero:
        await giver.pay_from_balance(order_id)
        return
    view = await giver.request_payment(order_id)
    giver.send(view, view.payment.quote.due.units)
    await giver.shop.scan_and_settle()


async def code_of(giver: Buyer, order_id: OrderId) -> GiftCode:
    """What the link of the gift carries, as its giver is shown it."""
    code = (await giver.shop.show_gift(giver.tg_id, order_id)).code
    assert code is not None
    return code


async def take(taker: Buyer, code: str) -> Order:
    """Take the gift and let the work be done."""
    order: Order = (await taker.shop.take_gift(taker.tg_id, "Боб", code)).order
    await taker.shop.work()
    return order


async def check_sums(world: World, shop: Shop) -> None:
    """Ledger, orders, time and keys agree, and no time is without its key."""
    await check_ledger(world)
    assert (await shop.audit_ledger()).findings == ()
    assert (await shop.reconcile()).differences == []
