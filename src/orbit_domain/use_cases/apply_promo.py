"""A customer enters a promo code, typed or by a link."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.promo.promo import NoSuchPromo, Promo, PromoKind, PromoProblem, PromoUnusable, TooManyCodes, read_code
from orbit_domain.rate_limit.ports import CodeAttempts
from orbit_domain.rate_limit.rate_limit import Banned
from orbit_domain.steps.give_promo import give_days, give_money, plan_titles
from orbit_domain.steps.use_promo import use_promo
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import NoSuchUser


@dataclass(frozen=True, slots=True)
class AppliedPromo:
    """The customer after it: days and money are there, a discount waits. *plans* are titles; empty: all plans."""

    promo: Promo
    customer: Customer
    plans: tuple[dict[str, str], ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class ApplyPromo:
    """Give what the code gives, once for each customer. A discount is kept until an order is paid with it.

    Raises NoSuchUser, CustomerBanned, TooManyCodes, NoSuchPromo, PromoUnusable; NoSuchPlan when days can't be given.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    attempts: CodeAttempts

    async def __call__(self, tg_id: TelegramId, typed: str) -> AppliedPromo:
        verdict = await self.attempts.limiter.check(tg_id)
        if isinstance(verdict, Banned):
            raise TooManyCodes(verdict.until)
        code, now = read_code(typed), self.clock.now()
        async with self.storage.transaction() as tx:
            (await tx.users.lock(tg_id)).require_welcome()
            promo = await tx.promos.get(code) if code is not None else None
            if promo is None:
                raise NoSuchPromo
            known = await tx.promos.use_of(promo.code, tg_id)
            problem = PromoProblem.USED if known and known.used_at else promo.problem(now)
            if problem is not None:
                raise PromoUnusable(promo.code, problem)
            plans = await plan_titles(tx, promo) if promo.plans else ()
            if promo.plans and not plans:
                raise PromoUnusable(promo.code, PromoProblem.OTHER_PLAN)
            await self._give(tx, promo, tg_id, now)
            customer = await tx.subscriptions.customer(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        return AppliedPromo(promo, customer, plans, now)

    async def _give(self, tx: Transaction, promo: Promo, tg_id: TelegramId, now: datetime) -> None:
        if promo.kind.is_discount:
            await tx.promos.enter(promo.code, tg_id, now)
            return
        problem = await use_promo(tx, promo.code, tg_id, now)
        if problem is not None:
            raise PromoUnusable(promo.code, problem)
        if promo.kind is PromoKind.DAYS:
            await give_days(tx, promo, tg_id, now, self.ids)
        else:
            await give_money(tx, promo, tg_id, now)
