"""The ledger audit in memory."""

from collections import defaultdict
from collections.abc import Iterator

from orbit_adapters.memory.reversals import is_unbooked_reversal
from orbit_adapters.memory.tables import Tables
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import is_request_or_decision, wrong_decisions
from orbit_domain.ledger.ledger import RECEIVABLE, UNMATCHED, Entry, EntryKind, Line, user_account
from orbit_domain.ledger.payout_entries import PAYOUT
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.ledger.reversal_entries import OF_RECEIPT, REVERSAL
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payout import unlike_entries
from orbit_domain.payment.source_record import Meaning
from orbit_domain.subscription.subscription import GRACE, Subscription, fold, order_cause

_OF_ORDER = "order:"
"""So begins the name of an entry that gave an order's price back. What a change of plan pays out has another one."""
_ASSET = "asset:"
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
        unbooked=_unbooked(tables),
        overcredited=_overcredited(tables),
        wrong_keys=_wrong_keys(tables),
        wrong_adjustments=wrong_decisions(
            [entry for (kind, ref), entry in tables.entries.items() if is_request_or_decision(kind, ref)]
        ),
        unreversed=_unreversed(tables),
        overreturned=_overreturned(tables),
        wrong_debts=_wrong_debts(tables),
        wrong_payouts=unlike_entries(
            {payout.id: payout.state for payout in tables.payouts.values()},
            {ref for kind, ref in tables.entries if kind is EntryKind.REFUND and ref.startswith(PAYOUT)},
        ),
        unbooked_moves=_unbooked_moves(tables),
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
    """Receipts that differ from what their source said."""
    both = ((receipt, tables.source_records.get(key)) for key, receipt in tables.receipts.items())
    return tuple(sorted(receipt.ref for receipt, said in both if said and said.amount != receipt.amount))


def _unbooked(tables: Tables) -> tuple[str, ...]:
    """Records of money without a receipt."""
    money = [one for one in tables.source_records.values() if one.meaning is not Meaning.NOTHING and one.amount.units]
    return tuple(sorted(one.ref for one in money if (one.source, one.external_id) not in tables.receipts))


def _unbooked_moves(tables: Tables) -> tuple[str, ...]:
    """Assets of which what the records moved isn't what their entries took out of `asset:` accounts."""
    left: dict[str, int] = defaultdict(int)
    for record in tables.source_records.values():
        left[record.amount.currency.code] += record.moved
    for entry in tables.entries.values():
        if entry.kind is EntryKind.RECEIPT and entry.ref.endswith(MOVED_SUFFIX):
            for line in entry.lines:
                left[line.currency.code] += line.units if line.account.startswith("asset:") else 0
    return tuple(sorted(asset for asset, units in left.items() if units))


def _overcredited(tables: Tables) -> tuple[str, ...]:
    """What arrived as each receipt, minus what its credits took out of *unmatched*, is below zero."""
    left: dict[str, int] = defaultdict(int)
    for receipt in tables.receipts.values():
        left[receipt.ref] += receipt.amount.units
    for entry in tables.entries.values():
        if entry.kind is EntryKind.CREDIT:
            left[entry.ref.removesuffix("|surplus")] += sum(
                line.units for line in entry.lines if line.account == UNMATCHED
            )
    for ref, line in _returned_lines(tables):
        if line.account == UNMATCHED:
            left[ref] += line.units
    return tuple(sorted(ref for ref, units in left.items() if units < 0))


def _returned_lines(tables: Tables) -> Iterator[tuple[str, Line]]:
    """Every line of every reversal, with the receipt that it corrects."""
    for entry in tables.entries.values():
        if entry.kind is EntryKind.REFUND and entry.ref.startswith(REVERSAL):
            for line in entry.lines:
                yield (entry.corrects or "").removeprefix(OF_RECEIPT), line


def _unreversed(tables: Tables) -> tuple[str, ...]:
    """Reversals of receipts that nobody waits for any more, and that have no entry."""
    found = []
    for name in tables.reversal_records:
        record = tables.source_records[name]
        key = record.reverses
        receipt = tables.receipts.get((key.source, key.external_id)) if key is not None else None
        payment = tables.payments.get(receipt.payment_id) if receipt and receipt.payment_id else None
        if is_unbooked_reversal(tables, record) and (payment is None or not payment.is_open):
            found.append(record.ref)
    return tuple(sorted(found))


def _overreturned(tables: Tables) -> tuple[str, ...]:
    left: dict[str, int] = defaultdict(int)
    for receipt in tables.receipts.values():
        left[receipt.ref] += receipt.amount.units
    for ref, line in _returned_lines(tables):
        if line.account.startswith(_ASSET):
            left[ref] -= line.units
    return tuple(sorted(ref for ref, units in left.items() if units < 0))


def _wrong_debts(tables: Tables) -> tuple[TelegramId, ...]:
    debts: dict[str, int] = defaultdict(int)
    for entry in tables.entries.values():
        for line in entry.lines:
            if line.account.startswith(RECEIVABLE):
                debts[line.account] += line.units
    wrong = (account for account, units in debts.items() if units > 0)
    return tuple(sorted(TelegramId(int(account.removeprefix(RECEIVABLE))) for account in wrong))


def _wrong_keys(tables: Tables) -> tuple[TelegramId, ...]:
    wrong = set()
    for key in (one for one in tables.keys.values() if not one.deleted):
        ends_at = tables.subscriptions.get(key.tg_id, Subscription(key.tg_id)).ends_at
        if ends_at is not None and key.expires_at != ends_at + GRACE:
            wrong.add(key.tg_id)
    return tuple(sorted(wrong))


def _wrong_orders(tables: Tables) -> tuple[str, ...]:
    paid = {
        str(order.id): order for order in tables.orders.values() if order.state in _PAID and not order.price.is_zero
    }
    debits = {entry.ref: entry for entry in tables.entries.values() if entry.kind is EntryKind.ORDER}
    wrong = {ref for ref, order in paid.items() if ref not in debits or not _pays(debits[ref], order)}
    refunded = {order_cause(order.id) for order in tables.orders.values() if order.state is OrderState.REFUNDED}
    refunds = {ref for kind, ref in tables.entries if kind is EntryKind.REFUND and ref.startswith(_OF_ORDER)}
    unlike = {ref.partition(":")[2] for ref in refunded ^ refunds}
    return tuple(sorted(wrong | (debits.keys() - paid.keys()) | unlike))


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
