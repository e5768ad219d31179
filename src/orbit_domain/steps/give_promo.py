"""What a code gives at once: days, or money."""

from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.bonus_entries import promo_credited
from orbit_domain.money import Money
from orbit_domain.plan.plan import REFERENCE_PLAN, NoSuchPlan, Plan
from orbit_domain.promo.promo import Promo, PromoProblem, PromoUnusable
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.request_keys import request_keys
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, promo_cause

_DAY_SECONDS = 86_400


async def give_money(tx: Transaction, promo: Promo, tg_id: TelegramId, now: datetime) -> None:
    """Put the code's sum on the balance, where it pays first what is owed. The caller has locked the user."""
    user = await tx.users.get(tg_id)
    if user is None:
        return
    entry = promo_credited(promo.code, tg_id, Money(promo.value, user.balance.currency), now)
    await tx.ledger.post(entry)
    await collect_debt(tx, tg_id, entry.ref, now)


async def give_days(tx: Transaction, promo: Promo, tg_id: TelegramId, now: datetime, ids: Ids) -> None:
    """Lengthen what the customer has; without time left, give time of a plan. The caller has locked the user.

    Raises PromoUnusable when the customer's plan isn't one of the code's, NoSuchPlan when the shop sells none.
    """
    before = await tx.subscriptions.get(tg_id)
    grant = Grant(promo_cause(promo.code, tg_id), tg_id, promo.value * _DAY_SECONDS, now)
    if before.ends_at is not None and before.ends_at > now and before.plan_code is not None:
        if not promo.holds_for(before.plan_code):
            raise PromoUnusable(promo.code, PromoProblem.OTHER_PLAN, await plan_titles(tx, promo))
        after = before.extend(grant, before.plan_code)
        await _lengthen_keys(tx, after, now)
    else:
        plan = await _plan(tx, promo)
        after = before.extend(grant, plan.code)
        await request_keys(tx, after, plan.terms, now, ids)
    await tx.grants.add(grant)
    await tx.subscriptions.save(after)


async def plan_titles(tx: Transaction, promo: Promo) -> tuple[dict[str, str], ...]:
    """The titles of the plans on sale that the code holds for, in their order."""
    return tuple(dict(plan.terms.titles) for plan in await _sold(tx, promo))


async def _plan(tx: Transaction, promo: Promo) -> Plan:
    """The plan under which days are given to whoever has none: the one that prices are compared with, or the first."""
    sold = await _sold(tx, promo)
    if not sold:
        raise NoSuchPlan(REFERENCE_PLAN)
    return next((plan for plan in sold if plan.code == REFERENCE_PLAN), sold[0])


async def _sold(tx: Transaction, promo: Promo) -> list[Plan]:
    return [one for one in await tx.plans.active() if not one.terms.is_trial and promo.holds_for(one.code)]


async def _lengthen_keys(tx: Transaction, subscription: Subscription, now: datetime) -> None:
    for listed in await tx.keys.of_user(subscription.tg_id):
        key = await tx.keys.lock(listed.id)
        if key is not None and subscription.ends_at is not None:
            end = subscription.ends_at + GRACE
            # One that is off because the plan gives fewer keys stays so.
            changed = key.request_change(end, key.traffic_bytes, now) if key.enabled else key.revoke(end, now)
            await tx.keys.save(changed)
