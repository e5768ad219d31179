"""The messages people are owed: each notice as a screen."""

from orbit_adapters.telegram.callbacks import SeeCheckout, SeePayment
from orbit_adapters.telegram.clean import Html, code, html
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.connect import MOST_CAPTION_URL_CHARS
from orbit_adapters.telegram.screens.rows import connect_row, home_row, paragraphs, plans_row
from orbit_adapters.telegram.sums import asset_sum, decimal, method_name
from orbit_adapters.telegram.titles import title_of
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.money import CURRENCIES, rub
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    KeyReady,
    MoneyCredited,
    Notice,
    OrderPaid,
    PaymentShort,
    PeriodEnding,
    ScanStopped,
    UnmatchedMoney,
)
from orbit_domain.payment.payment import BALANCE, Method
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.reminders import ReminderKind

_MEMO_RESULTS = frozenset({"missing", "unknown", "garbled", "unreadable"})
_ALARMS = frozenset({"hole", "anchor_missing", "tail_mismatch", "hash_conflict"})


def notice_screen(notice: Notice, say: Say) -> Screen:
    """*notice* in the words of *say*."""
    match notice:
        case OrderPaid():
            return _order_paid(notice, say)
        case KeyReady():
            return _key_ready(notice, say)
        case PaymentShort():
            return _payment_short(notice, say)
        case MoneyCredited():
            return _money_credited(notice, say)
        case PeriodEnding():
            return _period_ending(notice, say)
        case UnmatchedMoney():
            return _unmatched_money(notice, say)
        case DeliveryDelayed():
            return _delivery_delayed(notice, say)
        case ScanStopped():
            return _scan_stopped(notice, say)


def _order_paid(notice: OrderPaid, say: Say) -> Screen:
    if notice.plan_code == TRIAL:
        return Screen(say("notice-trial", end=notice.ends_at), keyboard(connect_row(say), home_row(say)))
    by_balance = notice.method == BALANCE
    text = say(
        "notice-paid",
        title=title_of(notice.titles, notice.plan_code, say.language),
        price=rub(notice.price_kopecks),
        method=say.label("method-balance") if by_balance else method_name(Method(notice.method)),
        end=notice.ends_at,
        balance=rub(notice.balance_kopecks),
    )
    return Screen(text, keyboard(connect_row(say), home_row(say)))


def _key_ready(notice: KeyReady, say: Say) -> Screen:
    url = notice.subscription_url
    if not notice.is_new or not url:
        key = "notice-key-linkless" if notice.is_new else "notice-key-renewed"
        return Screen(say(key, end=notice.ends_at), keyboard(connect_row(say), home_row(say)))
    return Screen(
        say("notice-key-new", end=notice.ends_at, url=code(url)),
        keyboard(connect_row(say), copy(say.label("b-copy-link"), url), home_row(say)),
        qr_png(url) if len(url) <= MOST_CAPTION_URL_CHARS else None,
    )


def _payment_short(notice: PaymentShort, say: Say) -> Screen:
    missing = asset_sum(notice.asset, notice.missing_units, say.language)
    currency = CURRENCIES.get(notice.asset)
    number = decimal(notice.missing_units, currency.decimals if currency else 0)
    text = say(
        "notice-short",
        received=asset_sum(notice.asset, notice.received_units, say.language),
        sum=missing,
        comment=code(notice.comment),
    )
    copies = (*copy(say.label("b-copy-amount"), number), *copy(say.label("b-copy-comment"), notice.comment))
    opening = tap(say.label("b-open-payment"), SeePayment(PaymentId(notice.payment_id)))
    return Screen(text, keyboard(copies, opening, home_row(say)))


def _money_credited(notice: MoneyCredited, say: Say) -> Screen:
    credited, balance = rub(notice.credited_kopecks), rub(notice.balance_kopecks)
    text = say("notice-credited", credited=credited, balance=balance)
    if notice.order_id is None:
        return Screen(text, keyboard(home_row(say)))
    missing = say("notice-credited-missing", missing=rub(notice.missing_kopecks)) if notice.missing_kopecks else ""
    opening = tap(say.label("b-open-order"), SeeCheckout(OrderId(notice.order_id)))
    return Screen(paragraphs(text, missing), keyboard(opening, home_row(say)))


def _period_ending(notice: PeriodEnding, say: Say) -> Screen:
    known = notice.reminder if notice.reminder in tuple(ReminderKind) else ReminderKind.THREE_DAYS
    text = say(f"notice-{known.replace('_', '-')}", end=notice.ends_at)
    return Screen(text, keyboard(plans_row(say, "b-renew"), home_row(say)))


def _unmatched_money(notice: UnmatchedMoney, say: Say) -> Screen:
    why = notice.memo_result if notice.memo_result in _MEMO_RESULTS else "other"
    text = say(
        "notice-unmatched",
        sum=asset_sum(notice.asset, notice.units, say.language),
        comment=code(notice.comment, 200) if notice.comment.strip() else html(say.label("no-comment")),
        why=say.label(f"memo-{why}"),
        ref=code(notice.ref),
    )
    like = say("notice-unmatched-like", suggestion=code(notice.suggestion)) if notice.suggestion else ""
    return Screen(paragraphs(text, like), keyboard(home_row(say)))


def _delivery_delayed(notice: DeliveryDelayed, say: Say) -> Screen:
    text = say(
        "notice-delayed",
        number=code(str(notice.tg_id)),
        order=code(str(notice.order_id)),
        when=say.label("paid-at", day=say.day(notice.paid_at), time=f"{notice.paid_at:%H:%M}"),
    )
    reason = say("notice-delayed-reason", reason=code(notice.reason, 300)) if notice.reason else Html("")
    return Screen(paragraphs(text, reason), keyboard(home_row(say)))


def _scan_stopped(notice: ScanStopped, say: Say) -> Screen:
    alarm = notice.alarm if notice.alarm in _ALARMS else "other"
    text = say(
        "notice-scan",
        source=code(notice.source),
        alarm=say.label(f"alarm-{alarm.replace('_', '-')}"),
        lt=code(str(notice.lt)),
    )
    return Screen(text, keyboard(home_row(say)))
