"""A large shop of two years, generated inside PostgreSQL: the same rows for the same size and time."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import make_url


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows of each."""

    users: int
    payments: int
    keys: int


_MAX_TRIES = 120

MILLION = Size(1_000_000, 3_000_000, 1_500_000)
SMALL = Size(1_000, 3_000, 1_500)

# A third never bought, a third has thirty days left or passed, a third left long ago; every 25th blocked the bot.
_USERS = """
INSERT INTO users (tg_id, username, username_folded, lang, balance, subscription_end, plan_code, auto_renew, role,
                   unreachable_at, created_at)
SELECT i, 'user_' || i, 'user_' || i, CASE WHEN i % 4 = 0 THEN 'en' ELSE 'ru' END, 0,
       CASE i % 3 WHEN 1 THEN $1::timestamptz + make_interval(days => i % 60 - 30, secs => 1)
                  WHEN 2 THEN $1::timestamptz - interval '100 days' END,
       CASE WHEN i % 3 <> 0 THEN CASE WHEN i % 20 = 1 THEN 'trial' ELSE 'sub_1m' END END,
       false, 'customer', CASE WHEN i % 25 = 0 THEN $1::timestamptz - interval '9 days' END,
       $1::timestamptz - interval '730 days' * (($2::int - i)::float8 / $2)
FROM generate_series(1, $2::int) AS i
"""

# Seven of ten are confirmed, two expired, one was cancelled; the newest thousandth is still open.
_PAYMENTS = """
INSERT INTO payments (id, tg_id, method, amount, currency, status, comment, expected_crypto_amount, quote, created_at,
                      expires_at, confirmed_at)
SELECT lpad(to_hex(i), 32, '0')::uuid, 1 + (i - 1) % $3::int, method, amount, 'RUB', status,
       'ORB' || lpad(i::text, 11, '0'), 1433000000,
       jsonb_build_object('price', jsonb_build_object('units', amount, 'code', 'RUB', 'decimals', 2),
                          'due', jsonb_build_object('units', 1433000000, 'code', 'ton:native', 'decimals', 9),
                          'rate', '12900/1432999999', 'evidence', 'median of two sources', 'created_at', made,
                          'expires_at', made + interval '15 minutes'),
       made, made + interval '15 minutes', CASE WHEN status = 'confirmed' THEN made + interval '1 minute' END
FROM (SELECT i,
             CASE WHEN i % 10 < 7 THEN 'ton' WHEN i % 10 < 9 THEN 'stars' ELSE 'cryptopay' END AS method,
             12900 + i % 7 * 100 AS amount,
             CASE WHEN i > $2::int - $2::int / 1000 THEN 'pending' WHEN i / 10 % 10 < 7 THEN 'confirmed'
                  WHEN i / 10 % 10 < 9 THEN 'expired' ELSE 'cancelled' END AS status,
             $1::timestamptz - interval '730 days' * (($2::int - i)::float8 / $2) - interval '2 minutes' AS made
      FROM generate_series(1, $2::int) AS i) AS sold
"""

# Half have time left; every 20th is deleted, every thousandth waits for its panel.
_KEYS = """
INSERT INTO configs (id, tg_id, name, number, credential, expires_at, traffic_bytes, status, deleted, created_at)
SELECT lpad(to_hex(i), 32, '0')::uuid, tg_id, 'Orbit', 1, md5(i::text)::uuid,
       $1::timestamptz + make_interval(days => i % 90 - 45, secs => 1), 0,
       CASE WHEN i % 50 = 0 THEN 'disabled' ELSE 'active' END, i % 20 = 0,
       $1::timestamptz - interval '730 days' * (($2::int - i)::float8 / $2)
FROM (SELECT i, 1 + (i - 1) % $3::int AS tg_id FROM generate_series(1, $2::int) AS i) AS made
"""
_PLACEMENTS = """
INSERT INTO placements (key_id, number, username, state, panel_id, node, groups, subscription_url, links,
                        desired, applied, is_refused, attempts, fence)
SELECT lpad(to_hex(i), 32, '0')::uuid, 0, 'orbit_' || tg_id || '_' || i, 'home',
       'panel-' || i % 4, 'node-' || i % 16, '["VLESS TCP REALITY"]',
       'https://vpn.example.org/sub/' || md5(i::text) || md5(tg_id::text),
       jsonb_build_array('vless://' || md5(i::text)::uuid || '@node-' || i % 16 || '.example.org:443?type=tcp'),
       2, CASE WHEN i % 1000 = 0 THEN 1 ELSE 2 END, false, 0, 1
FROM (SELECT i, 1 + (i - 1) % $2::int AS tg_id FROM generate_series(1, $1::int) AS i) AS made
"""


async def load_shop(url: str, size: Size, now: datetime) -> None:
    """Fill the empty shop at *url*, at the time *now*, and vacuum it."""
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await connection.execute(_USERS, now, size.users)
        await connection.execute(_PAYMENTS, now, size.payments, size.users)
        await connection.execute(_KEYS, now, size.keys, size.users)
        await connection.execute(_PLACEMENTS, size.keys, size.users)
        for name in ("users", "payments", "configs", "placements"):
            await _vacuum(connection, name)
    finally:
        await connection.close()


async def _vacuum(connection: "asyncpg.Connection[Any]", name: str) -> None:
    """Vacuum the table until all its pages are marked all-visible, as in a shop that has run for a while.

    Another snapshot, such as autovacuum's, may prevent that for a short time.
    """
    for _ in range(_MAX_TRIES):
        await connection.execute(f"VACUUM (ANALYZE) {name}")
        query = "SELECT relallvisible = relpages FROM pg_class WHERE oid = $1::text::regclass"
        if await connection.fetchval(query, name):
            return
        await asyncio.sleep(0.5)
    raise TimeoutError(f"another snapshot keeps {name} from being vacuumed")
