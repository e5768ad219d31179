"""The tables of subscription links."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime
from orbit_domain.subscription_link.formats import SubscriptionFormat

subscription_links = Table(
    "subscription_links",
    metadata,
    required("tg_id", BigInteger, ForeignKey("users.tg_id"), primary_key=True, autoincrement=False),
    required("token_hash", StorableText, unique=True),
    required("sealed_token", StorableText),
    required("issued_at", UtcDateTime),
)

good_copies = Table(
    "good_copies",
    metadata,
    required("key_id", Identity, ForeignKey("configs.id"), primary_key=True),
    required("format", StorableText, primary_key=True),
    required("sealed", StorableText),
    # Not a foreign key: a copy outlives a panel that was removed from the settings.
    required("panel_id", StorableText),
    required("revision", BigInteger),
    required("fetched_at", UtcDateTime),
    Column("missing_since", UtcDateTime),
    one_of("format", SubscriptionFormat),
)

link_devices = Table(
    "link_devices",
    metadata,
    required("tg_id", BigInteger, ForeignKey("users.tg_id"), primary_key=True, autoincrement=False),
    required("hash", StorableText, primary_key=True),
    required("name", StorableText),
    required("first_seen_at", UtcDateTime),
    required("last_seen_at", UtcDateTime),
)
