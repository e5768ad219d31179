"""The entries by which money becomes credit, and goes back. Every other one stands with the step that posts it."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import (
    REFUND_PAYABLE,
    UNMATCHED,
    Entry,
    EntryKind,
    Line,
    asset_account,
    user_account,
)
from orbit_domain.money import Currency, Money

SENT = "sent:"
"""So begins the name of the entry that says: the provider has sent a payment back."""


def fx_account(currency: Currency) -> str:
    """The account where one currency is exchanged for another."""
    return f"fx:{currency.code}"


def money_credited(
    ref: str,
    tg_id: TelegramId,
    amount: Money,
    value: Money,
    at: datetime,
    actor: str = "system",
    reason: str = "",
) -> Entry:
    """What arrived as *amount* becomes *value* on the user's balance."""
    if amount.currency == value.currency:
        return Entry(EntryKind.CREDIT, ref, _same_currency(tg_id, amount, value), at, actor, reason)
    lines = (
        Line(UNMATCHED, -amount.units, amount.currency),
        Line(fx_account(amount.currency), amount.units, amount.currency),
        Line(fx_account(value.currency), -value.units, value.currency),
        Line(user_account(tg_id), value.units, value.currency),
    )
    return Entry(EntryKind.CREDIT, ref, lines, at, actor, reason)


def _same_currency(tg_id: TelegramId, amount: Money, value: Money) -> tuple[Line, ...]:
    lines = [Line(UNMATCHED, -amount.units, amount.currency), Line(user_account(tg_id), value.units, value.currency)]
    if amount.units != value.units:
        lines.append(Line(fx_account(amount.currency), amount.units - value.units, amount.currency))
    return tuple(lines)


def reservation_name(payment_id: PaymentId) -> str:
    """The name of the entry by which a payment's money is set aside to be sent back."""
    return f"payment:{payment_id}"


def sent_name(payment_id: PaymentId) -> str:
    """The name of the entry that says: the provider has sent it back."""
    return f"{SENT}{payment_id}"


def refused_name(payment_id: PaymentId) -> str:
    """The name of the entry that says: the provider doesn't send it back."""
    return f"refused:{payment_id}"


def refund_reserved(
    payment_id: PaymentId, tg_id: TelegramId, amount: Money, value: Money, at: datetime, actor: str, reason: str
) -> Entry:
    """*value* leaves the balance, and *amount*, which it came as, is owed to whoever paid."""
    lines = [Line(user_account(tg_id), -value.units, value.currency)]
    if amount.currency != value.currency:
        lines.append(Line(fx_account(value.currency), value.units, value.currency))
        lines.append(Line(fx_account(amount.currency), -amount.units, amount.currency))
    elif amount.units != value.units:
        lines.append(Line(fx_account(value.currency), value.units - amount.units, value.currency))
    lines.append(Line(REFUND_PAYABLE, amount.units, amount.currency))
    return Entry(EntryKind.REFUND, reservation_name(payment_id), tuple(lines), at, actor, reason)


def reserved_amount(reserved: Entry) -> Money:
    """What a reservation owes to whoever paid."""
    (line,) = (line for line in reserved.lines if line.account == REFUND_PAYABLE)
    return Money(line.units, line.currency)


def refund_sent(payment_id: PaymentId, method: str, amount: Money, at: datetime, refund_id: str) -> Entry:
    """The provider has sent *amount* back, under its own name *refund_id*."""
    lines = (
        Line(REFUND_PAYABLE, -amount.units, amount.currency),
        Line(asset_account(method, amount.currency), amount.units, amount.currency),
    )
    return Entry(EntryKind.REFUND, sent_name(payment_id), lines, at, reason=refund_id)


def refund_refused(payment_id: PaymentId, reserved: Entry, at: datetime, actor: str) -> Entry:
    """The provider has said no: what was *reserved* is on the balance again."""
    lines = tuple(replace(line, units=-line.units) for line in reserved.lines)
    name, corrects = refused_name(payment_id), f"{reserved.kind}/{reserved.ref}"
    return Entry(EntryKind.REFUND, name, lines, at, actor, "refused", corrects)
