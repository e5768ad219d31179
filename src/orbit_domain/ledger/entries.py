"""The entries the shop makes, one function a reason."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import (
    REVENUE,
    UNMATCHED,
    Entry,
    EntryKind,
    Line,
    asset_account,
    fx_account,
    user_account,
)
from orbit_domain.money import Money


def money_arrived(ref: str, method: str, amount: Money, at: datetime) -> Entry:
    """Money came in; whose it is is decided by another entry, so it stands in *unmatched* until then."""
    lines = (
        Line(asset_account(method, amount.currency), -amount.units, amount.currency),
        Line(UNMATCHED, amount.units, amount.currency),
    )
    return Entry(EntryKind.RECEIPT, ref, lines, at)


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


def order_paid(ref: str, tg_id: TelegramId, price: Money, at: datetime) -> Entry:
    """The user's balance pays an order."""
    lines = (Line(user_account(tg_id), -price.units, price.currency), Line(REVENUE, price.units, price.currency))
    return Entry(EntryKind.ORDER, ref, lines, at)
