"""The tables of invitations."""

from sqlalchemy import BigInteger, ForeignKey, Table

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime
from orbit_domain.referral.referral import ReferralState

referral_codes = Table(
    "referral_codes",
    metadata,
    required("tg_id", BigInteger, ForeignKey("users.tg_id"), primary_key=True, autoincrement=False),
    required("code", StorableText, unique=True),
)

# The same name as in OrbitVPN, where it was declared and never used.
referrals = Table(
    "referrals",
    metadata,
    required("invited_id", BigInteger, ForeignKey("users.tg_id"), primary_key=True, autoincrement=False),
    required("inviter_id", BigInteger, ForeignKey("users.tg_id")),
    required("order_id", Identity, ForeignKey("orders.id")),
    required("at", UtcDateTime),
    required("state", StorableText),
    required("inviter_units", BigInteger),
    required("invited_units", BigInteger),
    one_of("state", ReferralState),
)
