"""The audit of the books in memory."""

from collections import defaultdict

from orbit_adapters.memory.tables import Tables
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, user_account
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.order.order import Order, OrderState
from orbit_domain.subscription.subscription import Subscription, fold

_PAID = frozenset({OrderState.PAID, OrderState.DELIVERED, OrderState.REFUNDED})


def checked(rows: Tables) -> LedgerAudit:
    """Everything that doesn't agree, each kind in order."""
    return LedgerAudit(
        entries=len(rows.entries),
        unbalanced=tuple(sorted(f"{entry.kind}/{entry.ref}" for entry in rows.entries.values() if _leans(entry))),
        wrong_balances=_wrong_balances(rows),
        missing_receipts=tuple(
            sorted(one.ref for one in rows.receipts.values() if (EntryKind.RECEIPT, one.ref) not in rows.entries)
        ),
        wrong_orders=_wrong_orders(rows),
        wrong_subscriptions=_wrong_subscriptions(rows),
    )


def _leans(entry: Entry) -> bool:
    sums: dict[str, int] = defaultdict(int)
    for line in entry.lines:
        sums[line.currency.code] += line.units
    return not entry.lines or any(sums.values())


def _wrong_balances(rows: Tables) -> tuple[TelegramId, ...]:
    folds: dict[str, int] = defaultdict(int)
    for entry in rows.entries.values():
        for line in entry.lines:
            folds[line.account] += line.units
    return tuple(
        sorted(user.tg_id for user in rows.users.values() if user.balance.units != folds[user_account(user.tg_id)])
    )


def _wrong_orders(rows: Tables) -> tuple[str, ...]:
    owed = {str(order.id): order for order in rows.orders.values() if order.state in _PAID and not order.price.is_zero}
    debits = {entry.ref: entry for entry in rows.entries.values() if entry.kind is EntryKind.ORDER}
    wrong = {ref for ref, order in owed.items() if ref not in debits or not _pays(debits[ref], order)}
    return tuple(sorted(wrong | (debits.keys() - owed.keys())))


def _pays(entry: Entry, order: Order) -> bool:
    debited = [line for line in entry.lines if line.account == user_account(order.tg_id)]
    return [(line.units, line.currency) for line in debited] == [(-order.price.units, order.price.currency)]


def _wrong_subscriptions(rows: Tables) -> tuple[TelegramId, ...]:
    wrong = []
    for tg_id in rows.users:
        grants = [rows.grants[cause] for cause in rows.grants_of.of(tg_id)]
        if rows.subscriptions.get(tg_id, Subscription(tg_id)).ends_at != fold(tg_id, grants):
            wrong.append(tg_id)
    return tuple(sorted(wrong))
