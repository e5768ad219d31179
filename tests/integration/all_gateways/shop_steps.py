"""Steps of a walk that the shop's own processes make: taps, jobs, and the owner's commands."""

from random import Random

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from tests.integration.all_gateways.walk import CUSTOMERS, Walk


async def order(walk: Walk, chance: Random) -> None:
    """Choose a plan, and how to pay it."""
    tg_id = chance.choice(CUSTOMERS)
    plans = await walk.shop.list_plans(tg_id)
    plan = PlanCode(chance.choice(("sub_1m", "sub_1m", "sub_3m")))
    checkout = await walk.shop.open_checkout(tg_id, plan, plans.nonce)
    await walk.shop.request_payment(tg_id, checkout.order.id, walk.a_method(chance))


async def switch(walk: Walk, chance: Random) -> None:
    """Ask for another way to pay the same order."""
    waiting = [one for one in await walk.orders() if one.is_open]
    if waiting:
        chosen = chance.choice(waiting)
        await walk.shop.request_payment(chosen.tg_id, chosen.id, walk.a_method(chance))


async def top_up(walk: Walk, chance: Random) -> None:
    """Ask for money to the balance."""
    await walk.shop.top_up(
        chance.choice(CUSTOMERS), rub(chance.choice((10_000, 12_900, 50_000))), walk.a_method(chance)
    )


async def spend(walk: Walk, chance: Random) -> None:
    """Pay an order from the balance."""
    waiting = [one for one in await walk.orders() if one.is_open]
    if waiting:
        chosen = chance.choice(waiting)
        await walk.shop.pay_from_balance(chosen.tg_id, chosen.id)


async def check(walk: Walk, chance: Random) -> None:
    """Tap "I have paid", whether it is so or not."""
    payment = await walk.a_payment(chance)
    if payment is not None:
        await walk.shop.check_payment(payment.tg_id, payment.id)


async def cancel(walk: Walk, chance: Random) -> None:
    """Cancel a payment."""
    payment = await walk.a_payment(chance)
    if payment is not None:
        await walk.shop.cancel_payment(payment.tg_id, payment.id)


async def scan(walk: Walk, chance: Random) -> None:
    """Read every source and settle."""
    await walk.shop.scan_and_settle()


async def work(walk: Walk, chance: Random) -> None:
    """Run every job once."""
    await walk.shop.work(runs=1)


async def refund_order(walk: Walk, chance: Random) -> None:
    """Give the price of an order back to the balance."""
    paid = [one for one in await walk.orders() if one.state in (OrderState.PAID, OrderState.DELIVERED)]
    if paid:
        await walk.shop.refund_order(chance.choice(paid).id, "owner", "a walk")


async def refund_payment(walk: Walk, chance: Random) -> None:
    """Send what a payment has brought back through its provider."""
    paid = [
        one for one in await walk.payments() if one.status is PaymentStatus.CONFIRMED and one.id not in walk.taken_back
    ]
    if paid:
        chosen = chance.choice(paid)
        walk.refunds.add(chosen.id)
        await walk.shop.refund_payment(chosen.id, "owner", "a walk")
