"""The tables of promo codes."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, text

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime
from orbit_domain.promo.promo import PromoKind

promos = Table(
    "promos",
    metadata,
    required("code", StorableText, primary_key=True),
    required("kind", StorableText),
    required("value", BigInteger),
    required("created_at", UtcDateTime),
    Column("valid_from", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("total_uses", BigInteger),
    required("plans", Document),
    required("uses", BigInteger, server_default=text("0")),
    Column("stopped_at", UtcDateTime),
    CheckConstraint("value > 0", name="value_positive"),
    CheckConstraint("uses >= 0 AND (total_uses IS NULL OR uses <= total_uses)", name="uses_range"),
    one_of("kind", PromoKind),
)

promo_uses = Table(
    "promo_uses",
    metadata,
    # By the user first: a purchase asks which codes its customer has entered.
    required("tg_id", BigInteger, ForeignKey("users.tg_id"), primary_key=True, autoincrement=False),
    required("code", StorableText, ForeignKey("promos.code"), primary_key=True),
    required("entered_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    Column("order_id", Identity, ForeignKey("orders.id")),
)
