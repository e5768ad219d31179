"""The ledger audit in memory."""

from collections import defaultdict

from orbit_adapters.memory.tables import Tables
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, user_account
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.order.order import Order, OrderState
from orbit_domain.subscription.subscription import Subscription, fold

_PAID = frozenset({OrderState.PAID, OrderState.DELIVERED, OrderState.REFUNDED})


def audit_ledger(tables: Tables) -> LedgerAudit:
    """Every contradiction that is found, each kind in order."""
    return LedgerAudit(
        entries=len(tables.entries),
        unbalanced=tuple(
            sorted(f"{entry.kind}/{entry.ref}" for entry in tables.entries.values() if _is_unbalanced(entry))
        ),
        wrong_balances=_wrong_balances(tables),
        missing_receipts=tuple(
            sorted(one.ref for one in tables.receipts.values() if (EntryKind.RECEIPT, one.ref) not in tables.entries)
        ),
        wrong_orders=_wrong_orders(tables),
        wrong_subscriptions=_wrong_subscriptions(tables),
        wrong_receipts=_wrong_receipts(tables),
    )


def _is_unbalanced(entry: Entry) -> bool:
    totals: dict[str, int] = defaultdict(int)
    for line in entry.lines:
        totals[line.currency.code] += line.units
    return not entry.lines or any(totals.values())


def _wrong_balances(tables: Tables) -> tuple[TelegramId, ...]:
    balances: dict[str, int] = defaultdict(int)
    for entry in tables.entries.values():
        for line in entry.lines:
            balances[line.account] += line.units
    return tuple(
        sorted(user.tg_id for user in tables.users.values() if user.balance.units != balances[user_account(user.tg_id)])
    )


def _wrong_receipts(tables: Tables) -> tuple[str, ...]:
    """Receipts of the chain that differ from its raw log."""
    wrong = []
    for row in tables.transfers.values():
        read = row.transfer
        receipt = tables.receipts.get((f"ton:{read.network}:{read.account}", str(read.lt)))
        if receipt and (receipt.amount.units, receipt.amount.currency) != (read.amount_units, read.asset):
            wrong.append(receipt.ref)
    return tuple(sorted(wrong))


def _wrong_orders(tables: Tables) -> tuple[str, ...]:
    paid = {
        str(order.id): order for order in tables.orders.values() if order.state in _PAID and not order.price.is_zero
    }
    debits = {entry.ref: entry for entry in tables.entries.values() if entry.kind is EntryKind.ORDER}
    wrong = {ref for ref, order in paid.items() if ref not in debits or not _pays(debits[ref], order)}
    return tuple(sorted(wrong | (debits.keys() - paid.keys())))


def _pays(entry: Entry, order: Order) -> bool:
    debited = [line for line in entry.lines if line.account == user_account(order.tg_id)]
    return [(line.units, line.currency) for line in debited] == [(-order.price.units, order.price.currency)]


def _wrong_subscriptions(tables: Tables) -> tuple[TelegramId, ...]:
    wrong = []
    for tg_id in tables.users:
        grants = [tables.grants[cause] for cause in tables.grants_of.of(tg_id)]
        if tables.subscriptions.get(tg_id, Subscription(tg_id)).ends_at != fold(tg_id, grants):
            wrong.append(tg_id)
    return tuple(sorted(wrong))
