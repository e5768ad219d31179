"""A shop with 200 000 rows in every table that grows, made by the server itself."""

import asyncio

import asyncpg
from sqlalchemy import make_url

ROWS = 200_000
_NOW = "timestamptz '2026-11-21 12:00Z'"
_AGO = f"{_NOW} - n * interval '1 minute'"
# Twenty thousand of the users have bought, ten times each.
_BUYER = "1 + n % 20000"
_ID = "lpad(to_hex(n), 32, '0')::uuid"

_USERS = f"""
INSERT INTO users (tg_id, username, username_folded, lang, balance, subscription_end, plan_code, auto_renew,
                   referrer_id, role, notify, created_at)
SELECT n, 'Name' || n, 'name' || n, 'ru', 0, CASE WHEN n % 3 = 0 THEN {_NOW} + (n % 90000) * interval '1 minute' END,
       NULL, false, CASE WHEN n > 1000 AND n % 10 = 0 THEN 1 + n % 1000 END, 'customer', true, {_AGO}
FROM generate_series(1, {ROWS}) n
"""
_ORDERS = f"""
INSERT INTO orders (id, tg_id, nonce, plan, price, currency, state, created_at, paid_at)
SELECT {_ID}, {_BUYER}, 'n' || n, '{{}}', 12900, 'RUB',
       CASE n % 200 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' ELSE 'delivered' END, {_AGO}, {_AGO}
FROM generate_series(1, {ROWS}) n
"""
_PAYMENTS = f"""
INSERT INTO payments (id, tg_id, method, amount, currency, status, comment, tx_hash, expected_crypto_amount, quote,
                      created_at, expires_at, confirmed_at)
SELECT {_ID}, {_BUYER}, CASE WHEN n % 50 = 7 THEN 'stars' ELSE 'ton' END, 12900, 'RUB',
       CASE WHEN n <= 1000 THEN 'pending' WHEN n % 4 = 0 THEN 'expired' ELSE 'confirmed' END,
       'ORB' || lpad(n::text, 11, '0'), CASE WHEN n % 4 <> 0 THEN md5(n::text) END, 1000000000, '{{}}',
       {_AGO}, {_AGO} + interval '1 hour', CASE WHEN n > 1000 AND n % 4 <> 0 THEN {_AGO} END
FROM generate_series(1, {ROWS}) n
"""
_KEYS = f"""
INSERT INTO configs (id, tg_id, name, number, username, credential, panel_id, node, placement, links, expires_at,
                     traffic_bytes, status, desired, applied, attempts, fence, next_attempt_at, deleted, created_at)
SELECT {_ID}, n, 'Orbit', 1, 'orbit_' || n, {_ID}, 'panel' || n % 4, 'node', '[]', '[]', {_NOW}, 0, 'active',
       2, CASE WHEN n % 500 = 0 THEN 1 ELSE 2 END, 0, 0, {_AGO}, n % 5 = 0, {_AGO}
FROM generate_series(1, {ROWS}) n
"""
_TRANSFERS = f"""
INSERT INTO ton_transactions (network, account, lt, tx_hash, prev_lt, prev_hash, asset, decimals, amount, comment_kind,
                              comment, class, occurred_at, raw, created_at, processed_at)
SELECT 'mainnet', '0:A', n, md5(n::text), n - 1, md5((n - 1)::text), 'TON', 9, 1000000000, 'text',
       'ORB' || lpad(n::text, 11, '0'), 'deposit', {_AGO}, '{{}}', {_AGO}, CASE WHEN n % 500 <> 0 THEN {_AGO} END
FROM generate_series(1, {ROWS}) n
"""
_OUTBOX = f"""
INSERT INTO outbox (id, topic, tg_id, dedupe, payload, not_before, attempts, fence, done_at)
SELECT {_ID}, 'order_paid', n, 'd' || n, '{{}}', {_AGO}, 0, 1, CASE WHEN n % 500 <> 0 THEN {_AGO} END
FROM generate_series(1, {ROWS}) n
"""
_ENTRIES = f"""
INSERT INTO ledger_entries (id, kind, ref, actor, reason, at)
SELECT n, 'credit', 'r' || n, 'system', '', {_AGO} FROM generate_series(1, {ROWS // 2}) n
"""
_POSTINGS = f"""
INSERT INTO ledger_postings (entry_id, account, currency, decimals, units, position)
SELECT n, side.account, 'RUB', 2, side.units, side.position
FROM generate_series(1, {ROWS // 2}) n,
     LATERAL (VALUES ('user:' || {_BUYER}, 12900, 0), ('revenue', -12900, 1)) side (account, units, position)
"""
# The proof of each entry at its commit would take longer than all the rest, and isn't what is asked here.
_WITHOUT_PROOF = (
    "ALTER TABLE ledger_postings DISABLE TRIGGER ledger_postings_balanced",
    _POSTINGS,
    "ALTER TABLE ledger_postings ENABLE TRIGGER ledger_postings_balanced",
)

# Where we may, foreign keys aren't looked up either: they hold as the rows are made.
_UNCHECKED = """
SELECT set_config('session_replication_role', 'replica', false)
FROM pg_roles WHERE rolname = current_user AND rolsuper
"""


async def fill(url: str) -> None:
    """Fill the empty shop at *url* and let the planner know."""
    await _run(url, _USERS)
    await asyncio.gather(
        _run(url, _ORDERS, _OUTBOX),
        _run(url, _PAYMENTS, _TRANSFERS),
        _run(url, _KEYS, _ENTRIES, *_WITHOUT_PROOF),
    )
    await _run(url, "ANALYZE")


async def _run(url: str, *statements: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        for statement in (_UNCHECKED, *statements):
            await connection.execute(statement)
    finally:
        await connection.close()
