"""What the tables say of one customer, read past the repositories, in one statement and so in one snapshot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

_QUESTION = """
SELECT u.balance, u.subscription_end,
  (SELECT lt FROM cursors WHERE source = $3) AS cursor_lt,
  (SELECT json_agg(json_build_array(e.kind, e.ref, p.units))
     FROM ledger_postings p JOIN ledger_entries e ON e.id = p.entry_id WHERE p.account = 'user:' || $1) AS movements,
  (SELECT json_agg(json_build_array(r.external_id, r.units, r.tg_id,
       (SELECT count(*) FROM ledger_entries e WHERE e.kind = 'receipt' AND e.ref = r.source || '|' || r.external_id)))
     FROM receipts r WHERE r.source = $3 AND r.external_id = ANY($2)) AS receipts,
  (SELECT json_agg(json_build_array(id, state) ORDER BY created_at, id) FROM orders WHERE tg_id = u.tg_id) AS orders,
  (SELECT json_agg(status) FROM payments WHERE tg_id = u.tg_id) AS payments,
  (SELECT json_agg(json_build_array(cause, seconds, extract(epoch FROM at)) ORDER BY at, id)
     FROM grants WHERE tg_id = u.tg_id) AS grants,
  (SELECT json_agg(json_build_array(id, desired, applied)) FROM configs WHERE tg_id = u.tg_id) AS keys,
  (SELECT json_agg(json_build_array(dedupe, done_at IS NOT NULL)) FROM outbox WHERE tg_id = u.tg_id) AS promises
FROM users u WHERE u.tg_id::text = $1
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """One customer in the tables. Amounts are kopecks and nanotons, as stored.

    `statement_lines` of the balance: (kind, ref, units). `receipts` of the transfers that were sent: (lt, units, whose,
    entries of arrival). `grants`: (cause, seconds, epoch of the moment). `keys`: (id, desired, applied).
    """

    balance: int
    ends_at: datetime | None
    cursor_lt: int
    statement_lines: tuple[tuple[str, str, int], ...]
    receipts: tuple[tuple[str, int, int | None, int], ...]
    orders: dict[str, str]
    payments: tuple[str, ...]
    grants: tuple[tuple[str, int, float], ...]
    keys: tuple[tuple[str, int, int], ...]
    messages: dict[str, bool]


async def read_facts(
    connection: "asyncpg.Connection[Any]", tg_id: int, lts: Sequence[int], source: str
) -> Facts | None:
    """The facts about *tg_id*, who sent the transfers *lts* to *source*; None before the first /start."""
    row = await connection.fetchrow(_QUESTION, str(tg_id), [str(lt) for lt in lts], source)
    if row is None:
        return None

    def rows(name: str) -> Any:
        return tuple(tuple(one) if isinstance(one, list) else one for one in json.loads(row[name] or "[]"))

    return Facts(
        balance=row["balance"],
        ends_at=row["subscription_end"],
        cursor_lt=row["cursor_lt"] or 0,
        statement_lines=rows("movements"),
        receipts=rows("receipts"),
        orders=dict(rows("orders")),
        payments=rows("payments"),
        grants=rows("grants"),
        keys=rows("keys"),
        messages=dict(rows("promises")),
    )
