"""The tables of what sources said, how far they were read, the rates, customers' claims on transfers, and payouts."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, text

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime, WholeUnits
from orbit_domain.payment.claim import TYPED_CHARS, ClaimState
from orbit_domain.payment.payout import PayoutState
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.payment.source_record import CommentKind, Meaning

receipt_claims = Table(
    "receipt_claims",
    metadata,
    required("id", Identity, primary_key=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("source", StorableText),
    # The transfer that the user named, as the source knows it: hash, number or sender.
    required("name", StorableText),
    required("typed", StorableText),
    required("at", UtcDateTime),
    # The receipt that was found to have that name; NULL until one has arrived.
    Column("external_id", StorableText),
    required("state", StorableText),
    CheckConstraint(f"length(typed) <= {TYPED_CHARS}", name="typed_short"),
    one_of("state", ClaimState),
)

payouts = Table(
    "payouts",
    metadata,
    required("id", Identity, primary_key=True),
    required("payment_id", Identity, ForeignKey("payments.id")),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("method", StorableText),
    required("asset", StorableText),
    required("decimals", Integer),
    required("units", WholeUnits),
    # As the method's source writes accounts.
    required("destination", StorableText),
    required("comment", StorableText),
    required("state", StorableText),
    required("created_at", UtcDateTime),
    required("actor", StorableText),
    # The record that sent it, or brought it back.
    Column("transfer", StorableText),
    Column("closed_at", UtcDateTime),
    one_of("state", PayoutState),
)

payout_addresses = Table(
    "payout_addresses",
    metadata,
    required("payment_id", Identity, ForeignKey("payments.id"), primary_key=True),
    required("number", Integer, primary_key=True, autoincrement=False),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("step", StorableText),
    required("actor", StorableText),
    required("at", UtcDateTime),
    # As the method's source writes accounts; empty where it is asked for.
    required("destination", StorableText),
    required("memo", StorableText),
    required("reason", StorableText),
    one_of("step", AddressStep),
)

source_records = Table(
    "source_records",
    metadata,
    required("source", StorableText, primary_key=True),
    required("external_id", StorableText, primary_key=True),
    required("digest", StorableText),
    required("position", StorableText),
    required("asset", StorableText),
    required("decimals", Integer),
    required("units", WholeUnits),
    required("kind", StorableText),
    required("meaning", StorableText),
    Column("sender", StorableText),
    required("comment_kind", StorableText),
    required("comment", StorableText),
    Column("invoice_id", StorableText),
    required("occurred_at", UtcDateTime),
    # The provider's own text, not JSONB: evidence isn't reformatted.
    required("raw", StorableText),
    required("seen_at", UtcDateTime),
    # By how much it changed what we hold besides; nothing of the kind was read before version 0010.
    required("moved", WholeUnits, server_default=text("0")),
    # The arrival that this record took back; NULL for every other record, and in rows of older versions.
    Column("reverses_source", StorableText),
    Column("reverses_id", StorableText),
    one_of("meaning", Meaning),
    one_of("comment_kind", CommentKind),
)

cursors = Table(
    "cursors",
    metadata,
    required("source", StorableText, primary_key=True),
    required("position", StorableText),
    Column("watermark", UtcDateTime),
)

rates = Table(
    "rates",
    metadata,
    required("asset", StorableText, primary_key=True),
    required("base", StorableText, primary_key=True),
    required("at", UtcDateTime, primary_key=True),
    # A fraction such as 12900/1233999001: exact.
    required("value", StorableText),
    required("evidence", StorableText),
)
