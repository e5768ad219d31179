"""A shop's database as version 0006 left it: tables, rows, and what they are called now."""

import base64
import json
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.money_columns import money_document
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime, WholeUnits
from orbit_adapters.ton.classify import MEANINGS, TransferClass
from orbit_domain.money import TON, Money
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, SourceRecord
from orbit_testing import samples
from orbit_testing.samples import ALICE, MINUTE, NOW

_older = MetaData()
TRANSACTIONS = Table(
    "ton_transactions",
    _older,
    Column("network", StorableText, primary_key=True),
    Column("account", StorableText, primary_key=True),
    Column("lt", BigInteger, primary_key=True, autoincrement=False),
    Column("tx_hash", StorableText),
    Column("prev_lt", BigInteger),
    Column("prev_hash", StorableText),
    Column("asset", StorableText),
    Column("decimals", Integer),
    Column("amount", WholeUnits),
    Column("sender", StorableText),
    Column("comment_kind", StorableText),
    Column("comment", StorableText),
    Column("class", StorableText),
    Column("occurred_at", UtcDateTime),
    Column("raw", StorableText),
    Column("created_at", UtcDateTime),
    Column("processed_at", UtcDateTime),
)
CURSORS = Table(
    "cursors",
    _older,
    Column("source", StorableText, primary_key=True),
    Column("lt", BigInteger),
    Column("hash", StorableText),
    Column("watermark", UtcDateTime),
)
USERS = Table(
    "users",
    _older,
    Column("tg_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lang", StorableText),
    Column("balance", BigInteger),
    Column("auto_renew", Boolean),
    Column("role", StorableText),
    Column("notify", Boolean),
    Column("created_at", UtcDateTime),
)
PAYMENTS = Table(
    "payments",
    _older,
    Column("id", Identity, primary_key=True),
    Column("tg_id", BigInteger),
    Column("method", StorableText),
    Column("amount", BigInteger),
    Column("currency", StorableText),
    Column("status", StorableText),
    Column("comment", StorableText),
    Column("tx_hash", StorableText),
    Column("expected_crypto_amount", WholeUnits),
    Column("quote", Document),
    Column("order_id", Identity),
    Column("external_id", StorableText),
    Column("created_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
)

OURS, OLDER_ACCOUNT, MASTERCHAIN = "0:" + "A" * 64, "0:" + "B" * 64, "-1:" + "C" * 64
LEADING, STOPPED, UNUSED = f"ton:testnet:{OURS}", f"ton:testnet:{OLDER_ACCOUNT}", f"ton:mainnet:{MASTERCHAIN}"
PLACES = (("testnet", OURS), ("testnet", OLDER_ACCOUNT), ("mainnet", MASTERCHAIN))
MANY = 1_200
"""More rows than the downgrade links at once."""
_ALICE = {"tg_id": ALICE, "lang": "ru", "balance": 0, "auto_renew": False, "role": "customer", "notify": True} | {
    "created_at": NOW
}


async def older_shop(address: str) -> AsyncEngine:
    """The engine of the database at *address*, filled by version 0006."""
    await migrate(address, "0006")
    engine = open_engine(address)
    await insert_rows(engine, TRANSACTIONS, transactions())
    cursors = [(LEADING, 2**62, "a" * 64, NOW), (STOPPED, 7, "b" * 64, None), (UNUSED, 0, "0" * 64, None)]
    await insert_rows(engine, USERS, [_ALICE])
    await insert_rows(engine, CURSORS, [dict(zip(CURSORS.columns.keys(), row, strict=True)) for row in cursors])
    payments = [payment_row(1), payment_row(2, status="confirmed", confirmed_at=NOW, tx_hash="f" * 64)]
    # Of another shop: it calls two payments the same, and may have had other methods.
    payments += [payment_row(number, status="expired", external_id="bill") for number in (3, 4)]
    payments.append(payment_row(5, status="expired", external_id="bill", method="stars"))
    await insert_rows(engine, PAYMENTS, payments)
    return engine


def transactions() -> list[dict[str, Any]]:
    """One of each class and comment on our account, some on others, and then many."""
    kinds = list(TransferClass)
    comments = list(CommentKind)
    rows = [
        transaction_row(lt, OURS, kind, comments[lt % len(comments)], "Привет, 'ORB'" if lt % 2 else "")
        for lt, kind in enumerate(kinds, start=1)
    ]
    rows += [transaction_row(2**62 + number, OURS) for number in range(MANY)]
    rows += [transaction_row(1, OLDER_ACCOUNT), transaction_row(7, OLDER_ACCOUNT)]
    rows.append(transaction_row(2**63 - 1, MASTERCHAIN, network="mainnet"))
    return [row | _times(NOW + place * MINUTE) for place, row in enumerate(rows)]


def _times(at: datetime) -> dict[str, datetime]:
    return {"occurred_at": at, "created_at": at + MINUTE, "processed_at": at + MINUTE}


def transaction_row(
    lt: int,
    account: str,
    kind: TransferClass = TransferClass.DEPOSIT,
    comment_kind: CommentKind = CommentKind.TEXT,
    comment: str = "ORB00000000001",
    network: str = "testnet",
) -> dict[str, Any]:
    prev_hash = f"{lt:064x}"[::-1] if lt > 1 else "0" * 64
    link = {"prev_trans_lt": str(lt - 1), "prev_trans_hash": base64.b64encode(bytes.fromhex(prev_hash)).decode()}
    return {
        "network": network,
        "account": account,
        "lt": lt,
        "tx_hash": f"{lt:064x}",
        "prev_lt": lt - 1,
        "prev_hash": prev_hash,
        "asset": TON.code,
        "decimals": TON.decimals,
        "amount": 2**100 + lt,
        "sender": None if kind is TransferClass.OWN_SEND else "0:" + "D" * 64,
        "comment_kind": comment_kind,
        "comment": comment,
        "class": kind,
        "raw": json.dumps({**link, "exact": [1.10, {"lt": "x"}]}),
    }


def record_of(source: str, row: dict[str, Any]) -> SourceRecord:
    """What the row is from 0007 on."""
    return SourceRecord(
        source=source,
        external_id=str(row["lt"]),
        digest=row["tx_hash"],
        position=f"{row['lt']}:{row['tx_hash']}",
        amount=Money(row["amount"], TON),
        kind=row["class"],
        meaning=MEANINGS.get(row["class"], Meaning.NOTHING),
        sender=row["sender"],
        comment=Comment(row["comment_kind"], row["comment"]),
        occurred_at=row["occurred_at"],
        raw=row["raw"],
    )


def payment_row(number: int, **changes: Any) -> dict[str, Any]:
    """The sample payment as the older version stored it."""
    payment = samples.payment(number)
    quote = payment.quote
    document = {
        "price": money_document(quote.price),
        "due": money_document(quote.due),
        "rate": str(quote.rate),
        "evidence": quote.evidence,
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
    }
    row = {
        "id": payment.id,
        "tg_id": ALICE,
        "method": payment.method,
        "amount": payment.amount.units,
        "currency": "RUB",
        "status": payment.status,
        "comment": payment.comment,
        "tx_hash": None,
        "expected_crypto_amount": quote.due.units,
        "quote": document,
        "order_id": None,
        "external_id": None,
        "created_at": payment.created_at,
        "expires_at": payment.expires_at,
        "confirmed_at": None,
    }
    return row | changes


async def insert_rows(engine: AsyncEngine, table: Table, rows: list[dict[str, Any]]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(table), rows)


async def rows_of(engine: AsyncEngine) -> list[list[object]]:
    """Every row of the older tables, in order."""
    found: list[list[object]] = []
    async with engine.connect() as connection:
        for table in (TRANSACTIONS, CURSORS, PAYMENTS):
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            found.append([tuple(row) for row in rows])
    return found
