"""What a stored notice doesn't hold, because it changes: read in the transaction that claims it for sending."""

from dataclasses import replace
from datetime import datetime, timedelta

from orbit_domain.broadcast.broadcast import BroadcastState
from orbit_domain.ids import BroadcastId, CaseId, ClaimId, OrderId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.notice.announcement import Announcement
from orbit_domain.notice.notice import (
    KeyDelayed,
    KeyReady,
    MoneyCredited,
    Notice,
    OrderPaid,
    PeriodEnding,
    ReceiptClaimed,
    Renewal,
)
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.notice.repository import NotYet
from orbit_domain.order.order import OrderState, renewal_nonce
from orbit_domain.payment.payment import BALANCE
from orbit_domain.plan.plan import TRIAL
from orbit_domain.steps.announcement_of import announcement_of
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.payment_facts import payment_facts
from orbit_domain.steps.recurring_payment import renews_by_itself
from orbit_domain.storage import Transaction
from orbit_domain.subscription.reminders import ReminderKind, due
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import is_taken_back

_STATEMENT_LINES = 50


_WHILE_PAUSED = timedelta(minutes=10)


async def complete_notice(tx: Transaction, notice: Notice, customer: Customer, now: datetime) -> Notice | NotYet | None:
    """*notice* with the facts of now. None when it makes no sense any more."""
    match notice:
        case PeriodEnding():
            return await _reminder(tx, notice, customer, now)
        case OrderPaid(plan_code=plan_code) if plan_code == TRIAL:
            return None  # The screen of the tap says that the trial has begun, and the key comes with its end.
        case OrderPaid():
            return await _receipt(tx, notice, customer)
        case MoneyCredited():
            return await _credit(tx, notice, customer)
        case KeyDelayed():
            order = await tx.orders.get(OrderId(notice.order_id))
            return notice if order is not None and order.state is OrderState.PAID else None
        case PromoWithdrawn():
            order = await tx.orders.get(OrderId(notice.order_id))
            return notice if order is not None and order.is_open else None
        case KeyReady(ends_at=ends_at):
            return notice if now < ends_at else None
        case NotRenewed(ends_at=ends_at):
            return notice if customer.subscription.ends_at == ends_at else None
        case Announcement():
            return await _announcement(tx, notice, now)
        case ReceiptClaimed():
            claim = await tx.receipt_claims.get(ClaimId(notice.claim_id))
            return notice if claim is not None and claim.is_open else None
        case CustomerWrote():
            return await _question(tx, notice)
        case _:
            return notice


async def _announcement(tx: Transaction, notice: Announcement, now: datetime) -> Announcement | NotYet | None:
    """Its words. What waited for the morning also waits while the broadcast is paused."""
    broadcast = await tx.broadcasts.get(BroadcastId(notice.broadcast_id))
    if broadcast is None or broadcast.state is BroadcastState.STOPPED:
        return None
    if broadcast.state is BroadcastState.PAUSED:
        return NotYet(now + _WHILE_PAUSED)
    return announcement_of(broadcast)


async def _question(tx: Transaction, notice: CustomerWrote) -> CustomerWrote:
    """With the customer's topic, and with what is known of missed money. Also what was answered since is passed on."""
    case = await tx.cases.get(CaseId(notice.case_id)) if notice.case_id is not None else None
    if case is not None:
        notice = replace(notice, topic_chat_id=case.topic_chat_id, topic_id=case.topic_id)
    return replace(notice, facts=await payment_facts(tx, TelegramId(notice.tg_id))) if notice.is_payment else notice


async def _credit(tx: Transaction, notice: MoneyCredited, customer: Customer) -> MoneyCredited:
    """What is on the balance now, and what the order lacks; one that was paid or cancelled since isn't offered."""
    balance = customer.user.balance
    order = await tx.orders.get(OrderId(notice.order_id)) if notice.order_id is not None else None
    if order is None or not order.is_open:
        return replace(notice, balance_kopecks=balance.units, order_id=None, missing_kopecks=0)
    missing = await missing_for(tx, order.price, customer.user)
    return replace(notice, balance_kopecks=balance.units, missing_kopecks=missing.units)


async def _reminder(tx: Transaction, notice: PeriodEnding, customer: Customer, now: datetime) -> PeriodEnding | None:
    """Only the reminder that is due now: a renewal makes it void, so does a later one, and a refund that ended it.

    Whoever is charged again by itself isn't asked to renew, nor is who is banned or gone.
    """
    current = due(customer.subscription, now) if customer.user.is_welcome else None
    if current is None or (current.kind, current.ends_at) != (notice.reminder, notice.ends_at):
        return None
    if notice.ends_at <= now and await _was_taken_back(tx, customer, notice.ends_at):
        return None
    if await renews_by_itself(tx, customer.user.tg_id, notice.ends_at, now):
        return None
    kept = await tx.kept_cards.of_user(customer.user.tg_id)
    auto_renews = customer.subscription.auto_renew and kept is None
    if auto_renews and current.kind is ReminderKind.ONE_DAY:
        return None  # It was renewed two hours ago, or the customer was told then why not.
    is_first = current.kind is ReminderKind.THREE_DAYS
    return replace(
        notice,
        balance_kopecks=customer.user.balance.units,
        renewal=await _renewal(tx, customer),
        card=kept.card_title if kept and is_first else "",
        auto_renews=auto_renews and is_first,
    )


async def _was_taken_back(tx: Transaction, customer: Customer, ends_at: datetime) -> bool:
    """Whether the rest of the time was taken back: the customer was told why, and no grace follows."""
    grants = await tx.grants.of_user(customer.user.tg_id)
    return any(is_taken_back(grant.cause) and grant.at >= ends_at for grant in grants)


async def _renewal(tx: Transaction, customer: Customer) -> Renewal | None:
    subscription = customer.subscription
    plan = await tx.plans.get(subscription.plan_code) if subscription.plan_code else None
    if plan is None or not plan.active or plan.terms.is_trial or subscription.ends_at is None:
        return None
    nonce = renewal_nonce(subscription.tg_id, plan.code, subscription.ends_at, plan.price)
    return Renewal(plan.code, dict(plan.terms.titles), plan.price.units, nonce)


async def _receipt(tx: Transaction, notice: OrderPaid, customer: Customer) -> OrderPaid:
    """What the payment credited in the transaction that debited the price came with it; the rest was there before."""
    if notice.method == BALANCE:
        return replace(notice, payment_kopecks=0)
    lines = await tx.ledger.statement_lines(customer.user.tg_id, _STATEMENT_LINES)
    debit = next((one for one in lines if (one.kind, one.ref) == (EntryKind.ORDER, str(notice.order_id))), None)
    if debit is None:
        return notice
    credited = sum(one.units for one in lines if one.kind is EntryKind.CREDIT and one.at == debit.at)
    return replace(notice, payment_kopecks=min(credited, notice.price_kopecks)) if credited else notice
