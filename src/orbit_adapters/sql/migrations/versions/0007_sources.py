"""Money arrives at sources of any kind: records, cursors and payments lose the shape of one chain.

`ton_transactions` becomes `source_records` and `cursors.lt` with `hash` one opaque position. A payment keeps the
source, the policy and the address that it was promised with; rates get a history.
"""

import base64
import json
from contextlib import suppress

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import protect, protect_columns, unprotect_columns
from orbit_adapters.sql.types import Document, StorableText, UtcDateTime, WholeUnits

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CLASSES = (
    "deposit", "own_send", "refund_bounced", "internal", "rejected", "fake_jetton", "excesses", "noise",
    "unsupported_asset", "review",
)  # fmt: skip
_COMMENT_KINDS = ("empty", "text", "binary", "encrypted", "opcode", "too_long", "malformed")
_MEANINGS = ("deposit", "review", "nothing")
_EVIDENCE = (
    "network", "account", "lt", "tx_hash", "prev_lt", "prev_hash", "asset", "decimals", "amount", "sender",
    "comment_kind", "comment", "class", "occurred_at", "raw", "created_at",
)  # fmt: skip

_RECORDS = """
INSERT INTO source_records (source, external_id, digest, position, asset, decimals, units, kind, meaning, sender,
    comment_kind, comment, occurred_at, raw, seen_at)
SELECT 'ton:' || network || ':' || account, CAST(lt AS TEXT), tx_hash, CAST(lt AS TEXT) || ':' || tx_hash, asset,
    decimals, amount, class,
    CASE class WHEN 'deposit' THEN 'deposit' WHEN 'review' THEN 'review' WHEN 'unsupported_asset' THEN 'review'
        ELSE 'nothing' END,
    sender, comment_kind, comment, occurred_at, raw, created_at
FROM ton_transactions
"""
# Every name of a chain account is `ton:<network>:<workchain>:<64 digits>`; its account has 66 or 67 characters.
_TRANSACTIONS = """
INSERT INTO ton_transactions (network, account, lt, tx_hash, prev_lt, prev_hash, asset, decimals, amount, sender,
    comment_kind, comment, class, occurred_at, raw, created_at, processed_at)
SELECT CASE WHEN source LIKE 'ton:mainnet:%' THEN 'mainnet' ELSE 'testnet' END, SUBSTR(source, 13),
    CAST(external_id AS BIGINT), digest, 0, '', asset, decimals, units, sender, comment_kind, comment, kind,
    occurred_at, raw, seen_at, seen_at
FROM source_records WHERE source LIKE 'ton:mainnet:%' OR source LIKE 'ton:testnet:%'
"""
# A row's link to its predecessor is in the index's own text only.
_UNLINKED = sa.text(
    "SELECT network, account, lt, raw FROM ton_transactions WHERE (network, account, lt) > (:network, :account, :lt) "
    "ORDER BY network, account, lt LIMIT 500"
)
_LINK = sa.text(
    "UPDATE ton_transactions SET prev_lt = :prev_lt, prev_hash = :prev_hash "
    "WHERE network = :network AND account = :account AND lt = :lt"
)
_NO_HASH = "0" * 64
_NEW_CURSORS = """
INSERT INTO cursors (source, position, watermark)
SELECT source, CASE lt WHEN 0 THEN '' ELSE CAST(lt AS TEXT) || ':' || hash END, watermark FROM old_cursors
"""
_OLD_CURSORS = {
    "postgresql": """
INSERT INTO cursors (source, lt, hash, watermark)
SELECT source, CASE position WHEN '' THEN 0 ELSE CAST(split_part(position, ':', 1) AS BIGINT) END,
    CASE position WHEN '' THEN repeat('0', 64) ELSE split_part(position, ':', 2) END, watermark
FROM new_cursors WHERE source LIKE 'ton:%'
""",
    "sqlite": """
INSERT INTO cursors (source, lt, hash, watermark)
SELECT source, CASE position WHEN '' THEN 0 ELSE CAST(SUBSTR(position, 1, INSTR(position, ':') - 1) AS INTEGER) END,
    CASE position WHEN '' THEN HEX(ZEROBLOB(32)) ELSE SUBSTR(position, INSTR(position, ':') + 1) END,
    watermark
FROM new_cursors WHERE source LIKE 'ton:%'
""",
}
# What was requested before this version is read from the account whose cursor is ahead. Rows with a provider's name
# are history of another shop, in which one name may stand twice.
_PROMISED = """
UPDATE payments SET source = COALESCE(
    (SELECT source FROM cursors WHERE source LIKE 'ton:%' ORDER BY watermark IS NULL, watermark DESC, source LIMIT 1),
    ''), policy = '{"grace_s": 3600, "tolerance_bps": 50}'
WHERE method = 'ton' AND external_id IS NULL
"""
_IS_PENDING = sa.text("status = 'pending'")
_HAS_NAME = sa.text("external_id IS NOT NULL AND source != ''")


def upgrade() -> None:
    """Create the new tables, bring what is there along, and protect the evidence."""
    _create_source_records()
    op.execute(_RECORDS)
    protect("source_records")
    unprotect_columns("ton_transactions")
    op.drop_table("ton_transactions")
    _index("idx_ton_tx_comment_amount", "source_records", ["comment", "units"], sa.text("length(comment) <= 64"))
    op.create_index("idx_source_records_time", "source_records", ["source", "occurred_at", "external_id"])

    op.add_column("payments", sa.Column("source", StorableText, nullable=False, server_default=sa.text("''")))
    op.add_column("payments", sa.Column("policy", Document))
    op.add_column("payments", sa.Column("address", StorableText, nullable=False, server_default=sa.text("''")))
    op.add_column("payments", sa.Column("cancelled_at", UtcDateTime))
    op.execute(_PROMISED)
    _index("idx_payments_external_id", "payments", ["method", "external_id"], _HAS_NAME, unique=True)
    _index("idx_payments_overdue", "payments", ["source", "expires_at"], _IS_PENDING)

    op.rename_table("cursors", "old_cursors")
    _create_cursors(sa.Column("position", StorableText, nullable=False))
    op.execute(_NEW_CURSORS)
    op.drop_table("old_cursors")

    op.create_table(
        "rates",
        sa.Column("asset", StorableText, nullable=False),
        sa.Column("base", StorableText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("value", StorableText, nullable=False),
        sa.Column("evidence", StorableText, nullable=False),
        sa.PrimaryKeyConstraint("asset", "base", "at", name="rates_pkey"),
    )
    protect("rates")


def downgrade() -> None:
    """Bring the chain's records and the cursors back; rates, other sources' records and what was promised go."""
    op.drop_table("rates")
    op.rename_table("cursors", "new_cursors")
    _create_cursors(sa.Column("lt", sa.BigInteger, nullable=False), sa.Column("hash", StorableText, nullable=False))
    op.execute(_OLD_CURSORS[op.get_bind().dialect.name])
    op.drop_table("new_cursors")
    op.drop_index("idx_payments_overdue", "payments")
    op.drop_index("idx_payments_external_id", "payments")
    for column in ("cancelled_at", "address", "policy", "source"):
        op.drop_column("payments", column)
    op.drop_index("idx_ton_tx_comment_amount", "source_records")
    _create_ton_transactions()
    op.execute(_TRANSACTIONS)
    _link_transactions()
    op.drop_table("source_records")
    protect_columns("ton_transactions", _EVIDENCE)


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _index(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _create_source_records() -> None:
    op.drop_index("idx_ton_tx_comment_amount", "ton_transactions")
    op.drop_index("idx_ton_tx_lt", "ton_transactions")
    op.create_table(
        "source_records",
        sa.Column("source", StorableText, nullable=False),
        sa.Column("external_id", StorableText, nullable=False),
        sa.Column("digest", StorableText, nullable=False),
        sa.Column("position", StorableText, nullable=False),
        sa.Column("asset", StorableText, nullable=False),
        sa.Column("decimals", sa.Integer, nullable=False),
        sa.Column("units", WholeUnits, nullable=False),
        sa.Column("kind", StorableText, nullable=False),
        sa.Column("meaning", StorableText, nullable=False),
        sa.Column("sender", StorableText),
        sa.Column("comment_kind", StorableText, nullable=False),
        sa.Column("comment", StorableText, nullable=False),
        sa.Column("invoice_id", StorableText),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.Column("raw", StorableText, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("source", "external_id", name="source_records_pkey"),
        _one_of("meaning", _MEANINGS),
        _one_of("comment_kind", _COMMENT_KINDS),
    )


def _create_cursors(*position: sa.Column[object]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # The table was renamed, its constraint wasn't.
        op.execute("ALTER INDEX IF EXISTS cursors_pkey RENAME TO cursors_before_pkey")
    op.create_table(
        "cursors",
        sa.Column("source", StorableText, nullable=False),
        *position,
        sa.Column("watermark", UtcDateTime),
        sa.PrimaryKeyConstraint("source", name="cursors_pkey"),
    )


def _create_ton_transactions() -> None:
    op.create_table(
        "ton_transactions",
        sa.Column("network", StorableText, nullable=False),
        sa.Column("account", StorableText, nullable=False),
        sa.Column("lt", sa.BigInteger, nullable=False),
        sa.Column("tx_hash", StorableText, nullable=False),
        sa.Column("prev_lt", sa.BigInteger, nullable=False),
        sa.Column("prev_hash", StorableText, nullable=False),
        sa.Column("asset", StorableText, nullable=False),
        sa.Column("decimals", sa.Integer, nullable=False),
        sa.Column("amount", WholeUnits, nullable=False),
        sa.Column("sender", StorableText),
        sa.Column("comment_kind", StorableText, nullable=False),
        sa.Column("comment", StorableText, nullable=False),
        sa.Column("class", StorableText, nullable=False),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.Column("raw", StorableText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("processed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("network", "account", "lt", name="ton_transactions_pkey"),
        _one_of("comment_kind", _COMMENT_KINDS),
        _one_of("class", _CLASSES),
    )
    unprocessed = sa.text("processed_at IS NULL AND length(comment) <= 64")
    _index("idx_ton_tx_comment_amount", "ton_transactions", ["comment", "amount"], unprocessed)
    op.create_index("idx_ton_tx_lt", "ton_transactions", ["lt"])


def _link_transactions() -> None:
    """Have every row name its predecessor again, a few hundred at a time."""
    connection = op.get_bind()
    at = {"network": "", "account": "", "lt": 0}
    while rows := connection.execute(_UNLINKED, at).all():
        links = [
            {"network": network, "account": account, "lt": lt, **_predecessor(raw)}
            for network, account, lt, raw in rows
        ]
        connection.execute(_LINK, links)
        at = {name: links[-1][name] for name in at}


def _predecessor(raw: str) -> dict[str, object]:
    """Where the transaction in *raw* follows on: at the account's beginning, unless it names another one."""
    # Another provider's text, or a test's, names no predecessor.
    with suppress(KeyError, TypeError, ValueError):
        row = json.loads(raw)
        if lt := int(row["prev_trans_lt"]):
            return {"prev_lt": lt, "prev_hash": base64.b64decode(row["prev_trans_hash"]).hex()}
    return {"prev_lt": 0, "prev_hash": _NO_HASH}
