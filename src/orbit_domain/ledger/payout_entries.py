"""The entries of a payout. That coins left the wallet is booked by itself, on `withdrawn`: these say what for."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import PaymentId, PayoutId, TelegramId
from orbit_domain.ledger.entries import refund_reserved
from orbit_domain.ledger.ledger import REFUND_PAYABLE, Entry, EntryKind, Line
from orbit_domain.ledger.wallet_entries import NETWORK_FEE, WITHDRAWN
from orbit_domain.money import Money

PAYOUT = "payout:"
"""So begins the name of every entry of a payout."""


def payout_name(payout_id: PayoutId, end: str = "") -> str:
    """The name of a payout's entry: without an *end* the one that set its money aside."""
    return f"{PAYOUT}{payout_id}{end and ':'}{end}"


def payout_reserved(
    payout_id: PayoutId, tg_id: TelegramId, amount: Money, value: Money, at: datetime, actor: str, reason: str
) -> Entry:
    """*value* leaves the balance, and *amount*, which it came as, is owed to whoever paid."""
    # Only the name is another: a payment may get a second payout after the first came to nothing.
    reserved = refund_reserved(PaymentId(payout_id), tg_id, amount, value, at, actor, reason)
    return replace(reserved, ref=payout_name(payout_id))


def payout_sent(payout_id: PayoutId, amount: Money, at: datetime, transfer: str) -> Entry:
    """*amount* has left the wallet in *transfer* for whoever is owed it."""
    lines = (
        Line(REFUND_PAYABLE, -amount.units, amount.currency),
        Line(WITHDRAWN, amount.units, amount.currency),
    )
    return Entry(EntryKind.REFUND, payout_name(payout_id, "sent"), lines, at, reason=transfer)


def payout_cancelled(payout_id: PayoutId, reserved: Entry, at: datetime, actor: str, reason: str) -> Entry:
    """It isn't sent: what was *reserved* is on the balance again."""
    lines = tuple(replace(line, units=-line.units) for line in reserved.lines)
    name = payout_name(payout_id, "cancelled")
    return Entry(EntryKind.REFUND, name, lines, at, actor, reason, f"{reserved.kind}/{reserved.ref}")


def payout_returned(payout_id: PayoutId, reserved: Entry, back: Money, at: datetime, transfer: str) -> Entry:
    """*back* of what was sent came back in *transfer*. The customer gets all of it; what the network took is ours."""
    given = [replace(line, units=-line.units) for line in reserved.lines if line.account != REFUND_PAYABLE]
    (owed,) = (line.units for line in reserved.lines if line.account == REFUND_PAYABLE)
    lines = [Line(WITHDRAWN, -back.units, back.currency), *given]
    if owed != back.units:
        lines.append(Line(NETWORK_FEE, back.units - owed, back.currency))
    name = payout_name(payout_id, "returned")
    return Entry(EntryKind.REFUND, name, tuple(lines), at, reason=transfer, corrects=f"{reserved.kind}/{reserved.ref}")
