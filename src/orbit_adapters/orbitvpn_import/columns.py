"""OrbitVPN v2's tables as far as they matter here, and what each becomes.

As its releases up to January 2026 declare them: no foreign keys, nothing unique but primary keys, times without a
zone. Columns that aren't named here are ignored; a missing required one stops the move by name.

users             → users; balance → an opening entry of the ledger; subscription_end → an opening grant
configs           → configs (only those not deleted); `vless_link` is what the customer connects with today
payments          → payments, as history: nothing in it can make money move, but comments stay ours
ton_transactions  → nothing: amounts are rounded to 0.01 and the place in the chain wasn't kept, so they can't stand
                    in a log that is evidence; those that nobody was credited for are named instead
marzban_instances → nothing: panels come from the settings, and its passwords are in clear; they are named instead
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
"""Tables and columns without which nothing can be brought over."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "users": ("referrer_id", "first_buy", "notifications"),
    "payments": ("currency", "expected_crypto_amount", "extra_data"),
    "ton_transactions": ("tx_hash", "amount", "comment", "created_at", "processed_at"),
    "marzban_instances": ("id", "name"),
}
"""What some releases have and others don't; a missing one reads as NULL, a missing table as empty."""

KEYS: Mapping[str, str] = {
    "users": "tg_id",
    "configs": "id",
    "payments": "id",
    "ton_transactions": "tx_hash",
    "marzban_instances": "id",
}
"""Primary keys: what rows are read in the order of."""

STATUSES = {
    "pending": "expired",
    "confirmed": "confirmed",
    "expired": "expired",
    "cancelled": "cancelled",
    "failed": "cancelled",
}
"""Its payment states → ours. The old bot asks for nothing any more, so what was pending is over."""

METHODS = {"ton": "ton", "stars": "stars", "cryptobot": "cryptopay", "yookassa": "yookassa"}
"""Its names of payment methods → ours."""

OURS = UUID("8f5d2f0e-6a0b-5c52-9d3e-0c8a4f7b1e21")
"""The name space of identifiers made from OrbitVPN's numbers: the same row has the same identifier every time."""
