"""Each alert to the owner as a screen: who, what, why, and the button to the place where it is settled."""

from orbit_adapters.telegram.backup_alerts import (
    backup_copy_overdue_screen,
    backup_overdue_screen,
    replay_ended_screen,
)
from orbit_adapters.telegram.callbacks import AssignSuggested
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.panel_callbacks import SeePanels
from orbit_adapters.telegram.people import full_name, short_name, username_of
from orbit_adapters.telegram.reader_alerts import money_unconfirmed_screen, reader_changed_screen
from orbit_adapters.telegram.recorded_errors import recorded_error
from orbit_adapters.telegram.sanitize import Html, code, escape_html, sanitize
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import paragraphs
from orbit_adapters.telegram.screens.paging import admin_row, customer_row
from orbit_adapters.telegram.staff_callbacks import SeeNameless, SeeWaiting
from orbit_domain.ids import PaymentId
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    MoneyUpdateReceived,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.payment.inbox import MoneyEvent
from orbit_domain.payment.receipt import receipt_code
from orbit_domain.payment.source_record import FORGED

_MEMO_RESULTS = frozenset({"missing", "unknown", "garbled", "unreadable"})
_NO_RATE = "no acceptable rate"
_MONEY_EVENTS = frozenset(MoneyEvent)
_TOLD_BY_TELEGRAM = frozenset({"telegram", "stars"})
_CHAINS = {"ton": "orbit chain show", "ton_usdt": "orbit chain show --usdt"}
_ALARMS = frozenset({"hole", "anchor_missing", "tail_mismatch", "hash_conflict", "time_ahead"})

OwnerAlert = (
    UnmatchedMoney
    | DeliveryDelayed
    | ScanStopped
    | SuspiciousTransfer
    | SettlementFailing
    | MoneyUnconfirmed
    | ReaderChanged
    | MoneyUpdateReceived
    | BackupOverdue
    | ReplayEnded
    | BackupCopyOverdue
)


def alert_screen(alert: OwnerAlert, translate: Translator) -> Screen:
    """*alert* with the texts of *translate*."""
    match alert:
        case UnmatchedMoney():
            return _unmatched_money(alert, translate)
        case DeliveryDelayed():
            return _delivery_delayed(alert, translate)
        case ScanStopped():
            return _scan_stopped(alert, translate)
        case SuspiciousTransfer():
            return _suspicious_transfer(alert, translate)
        case SettlementFailing():
            return _settlement_failing(alert, translate)
        case MoneyUnconfirmed():
            return money_unconfirmed_screen(alert, translate)
        case ReaderChanged():
            return reader_changed_screen(alert, translate)
        case MoneyUpdateReceived():
            return _money_update_received(alert, translate)
        case BackupOverdue():
            return backup_overdue_screen(alert, translate)
        case ReplayEnded():
            return replay_ended_screen(alert, translate)
        case BackupCopyOverdue():
            return backup_copy_overdue_screen(alert, translate)


def _unmatched_money(notice: UnmatchedMoney, translate: Translator) -> Screen:
    why = notice.memo_result if notice.memo_result in _MEMO_RESULTS else "other"
    text = translate(
        "notice-unmatched",
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        comment=code(notice.comment, 200) if notice.comment.strip() else escape_html(translate.label("no-comment")),
        why=translate.label(f"memo-{why}"),
    )
    rows = _give_row(notice, translate), tap(translate.label("b-nameless"), SeeNameless(0)), admin_row(translate)
    return Screen(paragraphs(text, _similar(notice, translate)), keyboard(*rows), kept=True)


def _similar(notice: UnmatchedMoney, translate: Translator) -> Html | str:
    if not notice.suggestion:
        return ""
    if notice.tg_id is None:
        return translate("notice-unmatched-like", suggestion=code(notice.suggestion))
    who = full_name(notice.tg_id, notice.username)
    return translate("notice-unmatched-like-whose", suggestion=code(notice.suggestion), who=who)


def _give_row(notice: UnmatchedMoney, translate: Translator) -> Row:
    """One tap gives the money to the customer whose comment was probably meant."""
    if notice.payment_id is None or notice.tg_id is None:
        return ()
    label = translate.label("b-give-to", name=short_name(notice.tg_id, notice.username))
    return tap(label, AssignSuggested(PaymentId(notice.payment_id), receipt_code(notice.ref)))


def _delivery_delayed(notice: DeliveryDelayed, translate: Translator) -> Screen:
    name = username_of(notice.username)
    text = translate(
        "notice-delayed",
        who=full_name(notice.tg_id, notice.username),
        plan=translate.plan_title(notice.titles, notice.plan_code or translate.label("plan-not-told")),
        when=translate.moment(notice.paid_at),
        why=recorded_error(notice.reason, translate),
    )
    write = link(translate.label("b-write-to", name=name), f"https://t.me/{notice.username}") if name else ()
    waiting = tap(translate.label("b-waiting"), SeeWaiting(0))
    panels = tap(translate.label("b-panels"), SeePanels())
    return Screen(
        text, keyboard((*waiting, *panels), customer_row(notice.tg_id, translate), write, admin_row(translate))
    )


def _scan_stopped(notice: ScanStopped, translate: Translator) -> Screen:
    alarm = notice.alarm if notice.alarm in _ALARMS else "other"
    command = _CHAINS.get(notice.source.partition(":")[0], "orbit doctor")
    is_chain = command != "orbit doctor"
    text = translate(
        "notice-scan" if is_chain else "notice-list",
        source=code(notice.source),
        alarm=translate.label(f"alarm-{alarm.replace('_', '-')}"),
        lt=code(notice.position.partition(":")[0] or str(notice.lt)),
        command=code(command),
    )
    return Screen(text, keyboard(copy(translate.label("b-copy-command"), command), admin_row(translate)))


def _suspicious_transfer(notice: SuspiciousTransfer, translate: Translator) -> Screen:
    """A forged amount is never shown: it is what somebody wants us to read."""
    text = translate(
        "notice-forged" if notice.event == FORGED else "notice-unexplained",
        source=code(notice.source),
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        ref=code(notice.external_id),
    )
    return Screen(text, keyboard(admin_row(translate)))


def _settlement_failing(notice: SettlementFailing, translate: Translator) -> Screen:
    why = translate("error-no-rate") if notice.reason == _NO_RATE else translate("error-bug", name=code(notice.reason))
    text = translate("notice-settlement", who=str(notice.tg_id), why=why)
    return Screen(text, keyboard(customer_row(notice.tg_id, translate), admin_row(translate)))


def _money_update_received(notice: MoneyUpdateReceived, translate: Translator) -> Screen:
    method = notice.source.partition(":")[0]
    if method not in _TOLD_BY_TELEGRAM:
        return _money_returned(notice, method, translate)
    event = notice.event if notice.event in _MONEY_EVENTS else "other"
    text = translate(
        "notice-money-update",
        event=translate.label(f"money-event-{event}"),
        amount=_amount_told(notice, translate),
        user=translate("unknown-sender") if notice.sender_id is None else code(str(notice.sender_id)),
        ref=code(notice.external_id),
    )
    return Screen(text, keyboard(_sender_row(notice, translate), admin_row(translate)))


def _money_returned(notice: MoneyUpdateReceived, method: str, translate: Translator) -> Screen:
    """A provider's list shows that a payment was given back."""
    text = translate(
        "notice-money-returned",
        method=translate.method(method),
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        user=translate("unknown-sender") if notice.sender_id is None else code(str(notice.sender_id)),
        ref=code(notice.external_id),
    )
    return Screen(text, keyboard(_sender_row(notice, translate), admin_row(translate)))


def _sender_row(notice: MoneyUpdateReceived, translate: Translator) -> Row:
    """To whoever sent it, where that is known."""
    return customer_row(notice.sender_id, translate) if notice.sender_id and notice.sender_id > 0 else ()


def _amount_told(notice: MoneyUpdateReceived, translate: Translator) -> str:
    """The amount as Telegram tells it: its decimals aren't known, and a star has none."""
    if not notice.units:
        return translate.label("money-not-told")
    key = "money-in-stars" if notice.asset == "XTR" else "money-in-units"
    return translate.label(key, units=str(notice.units), asset=sanitize(notice.asset, 24))
