"""A customer's one use of a code: counted in the transaction of what it gives."""

from datetime import datetime

from orbit_domain.ids import OrderId, PromoCode, TelegramId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import Order
from orbit_domain.promo.promo import PromoLost, PromoProblem
from orbit_domain.storage import Transaction


async def use_promo(
    tx: Transaction, code: PromoCode, tg_id: TelegramId, now: datetime, order_id: OrderId | None = None
) -> PromoProblem | None:
    """Use it; why not, when it can't be used: nothing is recorded then. The caller has locked the user."""
    promo = await tx.promos.get(code)
    known = await tx.promos.use_of(code, tg_id)
    if known is not None and known.used_at is not None:
        return PromoProblem.USED
    problem = PromoProblem.STOPPED if promo is None else promo.problem_when_paid(now)
    if problem is not None:
        return problem
    # Others may use it at the same time: the statement that counts decides.
    if not await tx.promos.count_use(code):
        return PromoProblem.USED_UP
    await tx.promos.enter(code, tg_id, now)
    await tx.promos.use(code, tg_id, now, order_id)
    return None


async def use_discount(tx: Transaction, order: Order, now: datetime) -> None:
    """Use the code of *order*, which is about to be paid. The caller has locked the user, then the order.

    Raises InsufficientBalance, PromoLost; nothing is recorded then.
    """
    if order.discount is None:
        return
    user = await tx.users.get(order.tg_id)
    if user is not None and not user.balance.covers(order.price):
        raise InsufficientBalance(user.balance, order.price)
    code = order.discount.code
    problem = await use_promo(tx, code, order.tg_id, now, order.id)
    if problem is not None:
        raise PromoLost(order.id, code, problem, order.full_price)
