"""The ledger audit: one statement for each check, computed by the database.

Only the end of a subscription is computed here, because its rule isn't a sum.
"""

from collections.abc import AsyncIterator
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Text,
    and_,
    case,
    cast,
    except_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.ledger_rows import requests_and_decisions
from orbit_adapters.sql.query import Row, fetch_all, fetch_one
from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.reversal_audit import overreturned, returned_lines, unreversed, wrong_debts
from orbit_adapters.sql.source_tables import payouts, source_records
from orbit_adapters.sql.tables import (
    configs,
    grants,
    ledger_entries,
    ledger_postings,
    orders,
    receipts,
    users,
)
from orbit_adapters.sql.types import WholeUnits, exact_sum
from orbit_adapters.sql.users import grant_from
from orbit_domain.ids import PayoutId, TelegramId
from orbit_domain.ledger.adjustments import wrong_decisions
from orbit_domain.ledger.ledger import UNMATCHED, EntryKind
from orbit_domain.ledger.payout_entries import PAYOUT
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payout import PayoutState, unlike_entries
from orbit_domain.payment.source_record import Meaning
from orbit_domain.subscription.subscription import GRACE, fold

_PAID = (OrderState.PAID, OrderState.DELIVERED, OrderState.REFUNDED)
_SURPLUS = "|surplus"
_OF_ORDER = "order:"
"""So begins the name of an entry that gave an order's price back. What a change of plan pays out has another one."""
_PEOPLE_AT_ONCE = 5_000
_entries, _postings = ledger_entries.c, ledger_postings.c


async def audit_ledger(connection: AsyncConnection) -> LedgerAudit:
    """Every contradiction that is found, each kind in order."""
    count = await fetch_one(connection, select(func.count().label("entries")).select_from(ledger_entries))
    return LedgerAudit(
        entries=count["entries"] if count else 0,
        unbalanced=tuple(sorted(f"{row['kind']}/{row['ref']}" for row in await fetch_all(connection, _unbalanced()))),
        wrong_balances=tuple(TelegramId(row["tg_id"]) for row in await fetch_all(connection, _wrong_balances())),
        missing_receipts=await _names(connection, _missing_receipts()),
        wrong_orders=tuple(
            sorted(
                {
                    *await _names(connection, _unpaid_orders()),
                    *await _names(connection, _debits_without_order()),
                    *await _names(connection, _refunds_unlike_orders()),
                }
            )
        ),
        wrong_subscriptions=await _wrong_subscriptions(connection),
        wrong_receipts=await _names(connection, _wrong_receipts()),
        unbooked=await _names(connection, _unbooked()),
        overcredited=await _names(connection, _overcredited()),
        wrong_keys=await _wrong_keys(connection),
        wrong_adjustments=wrong_decisions(await requests_and_decisions(connection)),
        unreversed=await _names(connection, unreversed()),
        overreturned=await _names(connection, overreturned()),
        wrong_debts=tuple(TelegramId(row["tg_id"]) for row in await fetch_all(connection, wrong_debts())),
        wrong_payouts=await _wrong_payouts(connection),
        unbooked_moves=await _names(connection, _unbooked_moves()),
    )


async def _some_people(connection: AsyncConnection) -> AsyncIterator[ColumnElement[bool]]:
    """Conditions that hold for some users each, and together for everybody: a million don't fit into memory at once."""
    rest: ColumnElement[bool] = true()
    while True:
        upto = select(users.c.tg_id).where(rest).order_by(users.c.tg_id).offset(_PEOPLE_AT_ONCE - 1).limit(1)
        last = await fetch_one(connection, upto)
        if last is None:
            yield rest
            return
        yield and_(rest, users.c.tg_id <= last["tg_id"])
        rest = users.c.tg_id > last["tg_id"]


async def _names(connection: AsyncConnection, statement: Any) -> tuple[str, ...]:
    return tuple(sorted(row["name"] for row in await fetch_all(connection, statement)))


def _unbalanced() -> Any:
    unbalanced = select(_postings.entry_id).group_by(_postings.entry_id, _postings.currency)
    unbalanced = unbalanced.having(exact_sum(_postings.units) != 0)
    empty = ~exists().where(_postings.entry_id == _entries.id)
    return select(_entries.kind, _entries.ref).where(or_(_entries.id.in_(unbalanced), empty))


def _wrong_balances() -> Any:
    balances = (
        select(_postings.account, exact_sum(_postings.units).label("total"))
        .where(_postings.account.startswith("user:"))
        .group_by(_postings.account)
        .subquery()
    )
    account = literal("user:") + cast(users.c.tg_id, Text)
    return (
        select(users.c.tg_id)
        .outerjoin(balances, balances.c.account == account)
        .where(users.c.balance != func.coalesce(balances.c.total, 0))
        .order_by(users.c.tg_id)
    )


def _missing_receipts() -> Any:
    booked = exists().where(_entries.kind == EntryKind.RECEIPT, _entries.ref == RECEIPT_REF)
    return select(RECEIPT_REF.label("name")).select_from(receipts).where(~booked)


def _wrong_receipts() -> Any:
    """Receipts that differ from what their source said. One without a record there has nothing to differ from."""
    said = source_records.c
    same = and_(receipts.c.source == said.source, receipts.c.external_id == said.external_id)
    differs = or_(receipts.c.units != said.units, receipts.c.asset != said.asset, receipts.c.decimals != said.decimals)
    return select(RECEIPT_REF.label("name")).select_from(receipts.join(source_records, same)).where(differs)


def _unbooked() -> Any:
    """Records of money without a receipt."""
    said = source_records.c
    booked = exists().where(receipts.c.source == said.source, receipts.c.external_id == said.external_id)
    money = (said.meaning != Meaning.NOTHING, said.units != 0)
    return select((said.source + "|" + said.external_id).label("name")).where(*money, ~booked)


async def _wrong_payouts(connection: AsyncConnection) -> tuple[str, ...]:
    """Payouts of which the entries aren't those of their state, and entries of none. Payouts are few."""
    states = await fetch_all(connection, select(payouts.c.id, payouts.c.state))
    of_payouts = (_entries.kind == EntryKind.REFUND, _entries.ref.startswith(PAYOUT))
    entries = await fetch_all(connection, select(_entries.ref).where(*of_payouts))
    booked = {row["ref"] for row in entries}
    return unlike_entries({PayoutId(row["id"]): PayoutState(row["state"]) for row in states}, booked)


def _unbooked_moves() -> Any:
    """Assets of which what the records moved isn't what their entries took out of `asset:` accounts."""
    said = source_records.c
    moved = select(said.asset.label("asset"), said.moved.label("units"))
    taken = (
        select(_postings.currency.label("asset"), _postings.units.label("units"))
        .join(ledger_entries, _postings.entry_id == _entries.id)
        .where(_entries.kind == EntryKind.RECEIPT, _entries.ref.endswith(MOVED_SUFFIX))
        .where(_postings.account.startswith("asset:"))
    )
    both = union_all(moved, taken).subquery()
    return select(both.c.asset.label("name")).group_by(both.c.asset).having(cast(exact_sum(both.c.units), Text) != "0")


def _overcredited() -> Any:
    """What arrived as each receipt, minus what its credits took out of *unmatched*, is below zero."""
    length = func.length(_entries.ref) - literal(len(_SURPLUS))
    receipt_ref = case((_entries.ref.endswith(_SURPLUS), func.substr(_entries.ref, 1, length)), else_=_entries.ref)
    arrived = select(RECEIPT_REF.label("name"), receipts.c.units.label("units"))
    taken = (
        select(receipt_ref.label("name"), _postings.units.label("units"))
        .join(ledger_postings, _postings.entry_id == _entries.id)
        .where(_entries.kind == EntryKind.CREDIT, _postings.account == UNMATCHED)
    )
    both = union_all(arrived, taken, returned_lines(_postings.account == UNMATCHED)).subquery()
    # As text: SQLite gives a sum beyond 64 bits as text, which is larger than every number.
    left = cast(exact_sum(both.c.units), Text)
    return select(both.c.name).group_by(both.c.name).having(left.startswith("-"))


async def _wrong_keys(connection: AsyncConnection) -> tuple[TelegramId, ...]:
    """A key ends when the subscription ends, plus the grace."""
    ends = (
        select(users.c.tg_id, users.c.subscription_end, configs.c.expires_at)
        .join(configs, and_(configs.c.tg_id == users.c.tg_id, configs.c.deleted == false()))
        .where(users.c.subscription_end.is_not(None))
    )
    wrong: set[int] = set()
    async for are_some in _some_people(connection):
        rows = await fetch_all(connection, ends.where(are_some))
        wrong |= {row["tg_id"] for row in rows if row["expires_at"] != row["subscription_end"] + GRACE}
    return tuple(TelegramId(tg_id) for tg_id in sorted(wrong))


def _paid_orders() -> Subquery:
    """Orders that were paid, with the reference of their debit."""
    name = cast(orders.c.id, Text).label("name")
    paid = select(name, orders.c.tg_id, orders.c.price, orders.c.currency)
    return paid.where(orders.c.state.in_(_PAID), orders.c.price > 0).subquery()


def _unpaid_orders() -> Any:
    paid_order = _paid_orders().c
    paid = (
        exists()
        .where(_entries.kind == EntryKind.ORDER, _entries.ref == paid_order.name, _postings.entry_id == _entries.id)
        .where(
            and_(
                _postings.account == literal("user:") + cast(paid_order.tg_id, Text),
                _postings.currency == paid_order.currency,
                _postings.units == cast(-paid_order.price, WholeUnits),
            )
        )
    )
    return select(paid_order.name).where(~paid)


def _debits_without_order() -> Any:
    # As a set difference: SQLite would scan all orders for each debit.
    debits = select(_entries.ref.label("name")).where(_entries.kind == EntryKind.ORDER)
    return except_(debits, select(_paid_orders().c.name))


def _refunds_unlike_orders() -> Any:
    """Refunded orders whose price wasn't given back, and prices given back of orders that aren't refunded."""
    refunded = select(cast(orders.c.id, Text).label("name")).where(orders.c.state == OrderState.REFUNDED)
    given = select(func.substr(_entries.ref, len(_OF_ORDER) + 1).label("name"))
    given = given.where(_entries.kind == EntryKind.REFUND, _entries.ref.startswith(_OF_ORDER))
    either = union_all(except_(refunded, given).subquery().select(), except_(given, refunded).subquery().select())
    return select(either.subquery().c.name)


async def _wrong_subscriptions(connection: AsyncConnection) -> tuple[TelegramId, ...]:
    given = (
        select(users.c.subscription_end, users.c.tg_id.label("owner"), grants)
        .outerjoin(grants, grants.c.tg_id == users.c.tg_id)
        .where(or_(users.c.subscription_end.is_not(None), grants.c.id.is_not(None)))
        .order_by(users.c.tg_id, grants.c.id)
    )
    wrong = []
    async for are_some in _some_people(connection):
        rows = await fetch_all(connection, given.where(are_some))
        for owner, its in groupby(rows, key=lambda row: row["owner"]):
            if not _ends_right(TelegramId(owner), list(its)):
                wrong.append(TelegramId(owner))
    return tuple(wrong)


def _ends_right(owner: TelegramId, rows: list[Row]) -> bool:
    grants_given = [grant_from(row) for row in rows if row["cause"] is not None]
    return bool(rows[0]["subscription_end"] == fold(owner, grants_given))
