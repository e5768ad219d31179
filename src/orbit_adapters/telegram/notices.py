"""Each notice as a screen."""

from orbit_adapters.telegram.callbacks import SeeCheckout, SeePayment
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import decimal, format_asset_amount, method_name
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import Html, code, escape_html, sanitize
from orbit_adapters.telegram.screen import Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, home_row, paragraphs, plans_row
from orbit_adapters.telegram.screens.connect import MAX_CAPTION_URL_CHARS
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.money import CURRENCIES, rub
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    KeyReady,
    MoneyCredited,
    MoneyUpdateReceived,
    Notice,
    OrderPaid,
    PaymentShort,
    PeriodEnding,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.payment.inbox import MoneyEvent
from orbit_domain.payment.payment import BALANCE, Method
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.reminders import ReminderKind

_MEMO_RESULTS = frozenset({"missing", "unknown", "garbled", "unreadable"})
_MONEY_EVENTS = frozenset(MoneyEvent)
_ALARMS = frozenset({"hole", "anchor_missing", "tail_mismatch", "hash_conflict", "time_ahead"})


def notice_screen(notice: Notice, translate: Translator) -> Screen:
    """*notice* with the texts of *translate*."""
    match notice:
        case OrderPaid():
            return _order_paid(notice, translate)
        case KeyReady():
            return _key_ready(notice, translate)
        case PaymentShort():
            return _payment_short(notice, translate)
        case MoneyCredited():
            return _money_credited(notice, translate)
        case PeriodEnding():
            return _period_ending(notice, translate)
        case UnmatchedMoney():
            return _unmatched_money(notice, translate)
        case DeliveryDelayed():
            return _delivery_delayed(notice, translate)
        case ScanStopped():
            return _scan_stopped(notice, translate)
        case SettlementFailing():
            return _settlement_failing(notice, translate)
        case MoneyUpdateReceived():
            return _money_update_received(notice, translate)


def _order_paid(notice: OrderPaid, translate: Translator) -> Screen:
    if notice.plan_code == TRIAL:
        return Screen(
            translate("notice-trial", end=notice.ends_at), keyboard(connect_row(translate), home_row(translate))
        )
    by_balance = notice.method == BALANCE
    text = translate(
        "notice-paid",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=rub(notice.price_kopecks),
        method=translate.label("method-balance") if by_balance else method_name(Method(notice.method)),
        end=notice.ends_at,
        balance=rub(notice.balance_kopecks),
    )
    return Screen(text, keyboard(connect_row(translate), home_row(translate)))


def _key_ready(notice: KeyReady, translate: Translator) -> Screen:
    url = notice.subscription_url
    if not notice.is_new or not url:
        key = "notice-key-linkless" if notice.is_new else "notice-key-renewed"
        return Screen(translate(key, end=notice.ends_at), keyboard(connect_row(translate), home_row(translate)))
    return Screen(
        translate("notice-key-new", end=notice.ends_at, url=code(url)),
        keyboard(connect_row(translate), copy(translate.label("b-copy-link"), url), home_row(translate)),
        qr_png(url) if len(url) <= MAX_CAPTION_URL_CHARS else None,
    )


def _payment_short(notice: PaymentShort, translate: Translator) -> Screen:
    missing = format_asset_amount(notice.asset, notice.missing_units, translate.language)
    currency = CURRENCIES.get(notice.asset)
    number = decimal(notice.missing_units, currency.decimals if currency else 0)
    text = translate(
        "notice-short",
        received=format_asset_amount(notice.asset, notice.received_units, translate.language),
        amount=missing,
        comment=code(notice.comment),
    )
    copies = (*copy(translate.label("b-copy-amount"), number), *copy(translate.label("b-copy-comment"), notice.comment))
    open_row = tap(translate.label("b-open-invoice"), SeePayment(PaymentId(notice.payment_id)))
    return Screen(text, keyboard(copies, open_row, home_row(translate)))


def _money_credited(notice: MoneyCredited, translate: Translator) -> Screen:
    credited, balance = rub(notice.credited_kopecks), rub(notice.balance_kopecks)
    text = translate("notice-credited", credited=credited, balance=balance)
    if notice.order_id is None:
        return Screen(text, keyboard(home_row(translate)))
    missing = (
        translate("notice-credited-missing", missing=rub(notice.missing_kopecks)) if notice.missing_kopecks else ""
    )
    open_row = tap(translate.label("b-open-order"), SeeCheckout(OrderId(notice.order_id)))
    return Screen(paragraphs(text, missing), keyboard(open_row, home_row(translate)))


def _period_ending(notice: PeriodEnding, translate: Translator) -> Screen:
    known = notice.reminder if notice.reminder in tuple(ReminderKind) else ReminderKind.THREE_DAYS
    text = translate(f"notice-{known.replace('_', '-')}", end=notice.ends_at)
    return Screen(text, keyboard(plans_row(translate, "b-renew"), home_row(translate)))


def _unmatched_money(notice: UnmatchedMoney, translate: Translator) -> Screen:
    why = notice.memo_result if notice.memo_result in _MEMO_RESULTS else "other"
    text = translate(
        "notice-unmatched",
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        comment=code(notice.comment, 200) if notice.comment.strip() else escape_html(translate.label("no-comment")),
        why=translate.label(f"memo-{why}"),
        ref=code(notice.ref),
    )
    similar = translate("notice-unmatched-like", suggestion=code(notice.suggestion)) if notice.suggestion else ""
    return Screen(paragraphs(text, similar), keyboard(home_row(translate)))


def _delivery_delayed(notice: DeliveryDelayed, translate: Translator) -> Screen:
    text = translate(
        "notice-delayed",
        number=code(str(notice.tg_id)),
        order=code(str(notice.order_id)),
        when=translate.label("paid-at", day=translate.day(notice.paid_at), time=f"{notice.paid_at:%H:%M}"),
    )
    reason = translate("notice-delayed-reason", reason=code(notice.reason, 300)) if notice.reason else Html("")
    return Screen(paragraphs(text, reason), keyboard(home_row(translate)))


def _scan_stopped(notice: ScanStopped, translate: Translator) -> Screen:
    alarm = notice.alarm if notice.alarm in _ALARMS else "other"
    text = translate(
        "notice-scan",
        source=code(notice.source),
        alarm=translate.label(f"alarm-{alarm.replace('_', '-')}"),
        lt=code(str(notice.lt)),
    )
    return Screen(text, keyboard(home_row(translate)))


def _settlement_failing(notice: SettlementFailing, translate: Translator) -> Screen:
    text = translate(
        "notice-settlement",
        payment=code(str(notice.payment_id)),
        user=code(str(notice.tg_id)),
        reason=code(notice.reason),
    )
    return Screen(text, keyboard(home_row(translate)))


def _money_update_received(notice: MoneyUpdateReceived, translate: Translator) -> Screen:
    event = notice.event if notice.event in _MONEY_EVENTS else "other"
    text = translate(
        "notice-money-update",
        event=translate.label(f"money-event-{event}"),
        amount=_amount_told(notice, translate),
        user=translate("unknown-sender") if notice.sender_id is None else code(str(notice.sender_id)),
        ref=code(notice.external_id),
    )
    return Screen(text, keyboard(home_row(translate)))


def _amount_told(notice: MoneyUpdateReceived, translate: Translator) -> str:
    """The amount as Telegram tells it: its decimals aren't known, and a star has none."""
    if not notice.units:
        return translate.label("money-not-told")
    key = "money-in-stars" if notice.asset == "XTR" else "money-in-units"
    return translate.label(key, units=str(notice.units), asset=sanitize(notice.asset, 24))
