"""The entry by which money becomes credit. Every other one stands with the step that posts it."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import (
    UNMATCHED,
    Entry,
    EntryKind,
    Line,
    user_account,
)
from orbit_domain.money import Currency, Money


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
