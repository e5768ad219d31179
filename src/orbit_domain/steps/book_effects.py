"""How what a wallet does by itself is booked: sends, fees, moves between own accounts, and what comes back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from orbit_domain.ledger.ledger import Entry
from orbit_domain.ledger.wallet_entries import (
    LEFTOVERS,
    NETWORK_FEE,
    OWN_ACCOUNTS,
    UNEXPLAINED,
    WITHDRAWN,
    money_moved,
)
from orbit_domain.money import Currency
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import Method
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Transaction

_ACCOUNTS: Final[Mapping[EffectKind, str]] = {
    EffectKind.SENT: WITHDRAWN,
    EffectKind.RETURNED: WITHDRAWN,
    EffectKind.MOVED: OWN_ACCOUNTS,
    EffectKind.FEE: NETWORK_FEE,
    EffectKind.LEFTOVER: LEFTOVERS,
    EffectKind.UNEXPLAINED: UNEXPLAINED,
}


async def book_effects(tx: Transaction, new: Sequence[SourceRecord], method: Method, now: datetime) -> None:
    """Book the effects of *new*, the records that this transaction has recorded."""
    await tx.ledger.post_all(effect_entries(new, method, now))


def effect_entries(new: Sequence[SourceRecord], method: Method, now: datetime) -> list[Entry]:
    """The entries of what *new* did besides bringing money.

    Each transfer is an entry of its own. Fees and leftovers of all the others are one entry, under the last one's
    name: a flood of dust mustn't double the ledger.
    """
    entries = []
    together: dict[Currency, list[SourceRecord]] = defaultdict(list)
    for record in new:
        if any(effect.other is not None for effect in record.effects):
            entries.append(_entry([record], method, now))
        elif record.effects:
            together[record.amount.currency].append(record)
    entries += [_entry(several, method, now) for several in together.values()]
    return [entry for entry in entries if entry is not None]


def _entry(records: Sequence[SourceRecord], method: Method, now: datetime) -> Entry | None:
    units: dict[str, int] = defaultdict(int)
    effects = [effect for record in records for effect in record.effects]
    for effect in effects:
        units[_ACCOUNTS[effect.kind]] += effect.units
    reason = ", ".join(_reason(effect) for effect in effects if effect.other is not None)
    return money_moved(records[-1].ref, method, records[-1].amount.currency, units, now, reason)


def _reason(effect: Effect) -> str:
    return f"{'to' if effect.units < 0 else 'from'} {effect.other}"
