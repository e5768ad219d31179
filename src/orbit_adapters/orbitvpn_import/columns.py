"""The tables and columns of OrbitVPN v2 that are read, and what each becomes.

As its releases up to January 2026 declare them: no foreign keys, nothing unique but primary keys, times without a
zone. Columns that aren't named here are ignored; a missing required one stops the import, which names it.

users             → users; balance → an opening entry of the ledger; subscription_end → an opening grant
configs           → configs (only those not deleted); `vless_link` is what the customer connects with today
payments          → payments, as history: they cause no ledger entry, but their comments stay known
ton_transactions  → nothing: amounts are rounded to 0.01 and the place in the chain wasn't kept, so they can't stand
                    in a log that is evidence; those that weren't credited are listed instead
marzban_instances → nothing: panels come from the settings, and its passwords are in clear; they are listed instead
"""

from collections.abc import Mapping
from uuid import UUID

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "users": ("tg_id", "balance", "subscription_end", "created_at", "username", "lang"),
    "configs": ("id", "tg_id", "name", "created_at", "vless_link", "username", "deleted"),
    "payments": (
        "id", "tg_id", "method", "amount", "status", "comment", "tx_hash", "created_at", "confirmed_at", "expires_at",
    ),
}  # fmt: skip
"""Tables and columns without which nothing can be imported."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "users": ("referrer_id", "first_buy", "notifications"),
    "payments": ("currency", "expected_crypto_amount", "extra_data"),
    "ton_transactions": ("tx_hash", "amount", "comment", "created_at", "processed_at"),
    "marzban_instances": ("id", "name"),
}
"""What some releases have and others don't; a missing one reads as NULL, a missing table as empty."""

PRIMARY_KEYS: Mapping[str, str] = {
    "users": "tg_id",
    "configs": "id",
    "payments": "id",
    "ton_transactions": "tx_hash",
    "marzban_instances": "id",
}
"""Primary keys: rows are read in their order."""

STATUSES = {
    "pending": "expired",
    "confirmed": "confirmed",
    "expired": "expired",
    "cancelled": "cancelled",
    "failed": "cancelled",
}
"""OrbitVPN's payment statuses → Orbit's. The old bot is stopped, so a pending payment has expired."""

METHODS = {"ton": "ton", "stars": "stars", "cryptobot": "cryptopay", "yookassa": "yookassa"}
"""OrbitVPN's names of payment methods → Orbit's."""

UUID_NAMESPACE = UUID("8f5d2f0e-6a0b-5c52-9d3e-0c8a4f7b1e21")
"""The namespace of UUIDs made from OrbitVPN's numbers: a row gets the same UUID in every run."""
