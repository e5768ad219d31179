"""The privileges of the shop's role in PostgreSQL.

It can't change or delete rows of the ledger and the inbox, rewrite what the sources said, or change who a user is.
"""

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import ProgrammingError

from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.indexes import schema

APPEND_ONLY = (
    "audit",
    "grants",
    "inbox",
    "ledger_entries",
    "ledger_postings",
    "payout_addresses",
    "rates",
    "receipts",
    "source_records",
)
QUEUES = frozenset(
    {"payments_due", "good_copies", "link_devices", "outbox", "settings", "shop_chats", "subscription_links"}
)
"""Tables whose rows are deleted when they are done, or may be kept no more; nothing is deleted anywhere else."""

EMPTIED = {"inbox": "payload", "source_records": "raw"}
"""Append-only tables of which one column is emptied when it is old; a trigger says what and when."""

CHANGEABLE = {
    "invoice_messages": ("chat_id", "message_id", "updated_at"),
    "gifts": ("sealed_code", "message", "taker_name"),
    "referral_codes": ("code",),
    "referrals": ("state", "inviter_units", "invited_units"),
    "promo_uses": ("used_at", "order_id"),
    "promos": ("uses", "stopped_at"),
    "payouts": ("state", "transfer", "closed_at"),
    "receipt_claims": ("external_id", "state"),
    "subscription_links": ("token_hash", "sealed_token", "issued_at"),
    "users": (
        *("lang", "balance", "subscription_end", "plan_code", "auto_renew", "trial_used_at", "unreachable_at"),
        "remind_at",
        *("notify_reminders", "notify_news", "notify_rewards", "quiet_begin", "quiet_end", "utc_offset"),
        *("role", "banned_at", "username", "username_folded", "deleted_at"),
    ),
}
"""Tables of which only these columns may change. Referrers may not; a trigger guards roles and bans."""


class PrivilegesRefused(ValueError):
    """The privileges can't be granted. The message says why."""


async def grant_privileges(address: str, role: str) -> None:
    """Let *role* read everything, add everywhere, change what isn't append-only, and take rows from queues.

    Its earlier privileges in this schema are revoked first. The tables' owner must call it again after a migration
    that creates tables. Raises PrivilegesRefused, UnusableDatabase.
    """
    if database_url(address).drivername.startswith("sqlite"):
        raise PrivilegesRefused("SQLite knows no roles: every process that can write the file can do everything")
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_grant, role)
    except ProgrammingError as error:
        raise PrivilegesRefused(str(error.orig).split(">: ")[-1]) from None
    finally:
        await engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    there = set(inspect(connection).get_table_names())
    ours = sorted(there & schema.tables.keys())
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "REVOKE ALL ON SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT INSERT ON {', '.join(ours)} TO {{role}}",
        *(f"GRANT UPDATE{_columns(table)} ON {table} TO {{role}}" for table in ours if table not in APPEND_ONLY),
        *(f"GRANT UPDATE ({EMPTIED[table]}) ON {table} TO {{role}}" for table in ours if table in EMPTIED),
        *(f"GRANT DELETE ON {table} TO {{role}}" for table in ours if table in QUEUES),
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ):
        # Sent without parsing: a colon in the role's name is no parameter.
        connection.exec_driver_sql(statement.format(role=quoted))


def _columns(table: str) -> str:
    """The columns of *table* that may change, in brackets; empty when all may."""
    return f" ({', '.join(CHANGEABLE[table])})" if table in CHANGEABLE else ""
