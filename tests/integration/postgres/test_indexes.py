"""The indexes of `data.md` are there, and in a shop of 200 000 rows each is used by the query it was created for.

All exist, and those of the periodic jobs. Two differ from the design: names are searched by prefix on both databases,
without the trigrams that PostgreSQL would need an extension for; and due notices are in the order in which they are
claimed.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.money import RUB
from orbit_domain.old_data.old_data import OldData
from orbit_domain.payment.payment import TON_METHOD, Method
from orbit_domain.storage import Transaction
from orbit_testing.samples import HOUR, MINUTE, NOW
from tests.integration.postgres.bulk_data import ROWS, SOURCE, fill
from tests.support.servers.databases import Databases

Step = Callable[[Transaction], Awaitable[object]]

BUYER = TelegramId(4321)
_OLD = NOW - 2_400 * HOUR
INDEXES = {
    "idx_users_subscription_end": "users (subscription_end) INCLUDE (plan_code) where subscription_end IS NOT NULL",
    "idx_users_remind_at": "users (remind_at, tg_id) where remind_at IS NOT NULL",
    "idx_users_renewing": "users (subscription_end, tg_id) where auto_renew = true",
    "idx_payments_card_user": "payments (tg_id, card) where card IS NOT NULL",
    "idx_payments_card": "payments (card, status) where card IS NOT NULL",
    "idx_payments_wish": "payments (created_at, id) where recurrence_wish IS NOT NULL",
    "idx_orders_waiting": "orders (state, paid_at) where state = 'paid'",
    "idx_orders_unfinished": "orders (created_at) where state = ANY ARRAY['open', 'paid']",
    "idx_orders_paid_at": "orders (paid_at) where paid_at IS NOT NULL",
    "idx_users_created_at": "users (created_at)",
    "idx_users_referrer": "users (referrer_id) where referrer_id IS NOT NULL",
    "idx_payments_status_method": "payments (status, method)",
    "idx_payments_confirmed_at": "payments (confirmed_at) INCLUDE (method, amount) where status = 'confirmed'",
    "idx_payments_tx_hash": "payments (tx_hash) where tx_hash IS NOT NULL",
    "idx_payments_comment": "unique payments (comment) where comment IS NOT NULL",
    "idx_payments_unique_pending": "unique payments (tg_id, method) where status = 'pending'",
    "idx_configs_tg_id_deleted": "configs (tg_id, deleted)",
    "idx_placements_username": "unique placements (panel_id, username) where state <> 'gone'",
    "idx_payments_overdue": "payments (source, expires_at) where status = 'pending'",
    "idx_payments_external_id": (
        "unique payments (method, external_id) where external_id IS NOT NULL AND source <> ''"
    ),
    "idx_ton_tx_comment_amount": "source_records (comment, units) where length comment <= 64",
    "idx_source_records_time": "source_records (source, occurred_at, external_id)",
    "idx_orders_open": "orders (tg_id) where state = ANY ARRAY['open', 'paid']",
    "idx_placements_due": (
        "placements (panel_id, next_attempt_at, key_id, number)"
        " where state <> 'gone' AND desired > applied OR state = 'removing'"
    ),
    "idx_placements_due_homes": (
        "placements (panel_id, next_attempt_at, key_id, number) where state = 'home' AND desired > applied"
    ),
    "idx_outbox_due": "outbox (priority, id, not_before) where done_at IS NULL AND dead_at IS NULL",
    "idx_outbox_person": "outbox (tg_id, priority, id) where done_at IS NULL AND dead_at IS NULL",
    "idx_postings_account": "ledger_postings (account)",
    "idx_outbox_done_at": "outbox (done_at, id) where done_at IS NOT NULL",
    "idx_source_records_raw": "source_records (seen_at, source, external_id) where raw <> ''",
    "idx_users_search": "users (username_folded)",
}

STEPS: dict[str, Step] = {
    "idx_users_subscription_end": lambda tx: tx.kept_cards.renewable(NOW, None, 100),
    "idx_users_remind_at": lambda tx: tx.subscriptions.to_remind(NOW, 100),
    "idx_users_renewing": lambda tx: tx.subscriptions.renewable(NOW, None, 100),
    "idx_payments_card_user": lambda tx: tx.kept_cards.renewable(NOW, None, 100),
    "idx_payments_card": lambda tx: tx.kept_cards.charges(None, 50),
    "idx_payments_wish": lambda tx: tx.payments.with_wishes(None, 100),
    "idx_orders_waiting": lambda tx: tx.orders.waiting_since(NOW, None, 100),
    "idx_orders_unfinished": lambda tx: tx.orders.open_since(NOW - 9999 * HOUR, None, 100),
    "idx_orders_paid_at": lambda tx: tx.orders.paid_since(NOW + 9999 * HOUR, None, 50),
    "idx_payments_comment": lambda tx: tx.payments.by_comment("ORB-NOBODY"),
    "idx_payments_overdue": lambda tx: tx.payments.overdue(SOURCE, NOW, 100),
    "idx_payments_external_id": lambda tx: tx.payments.by_external_id(Method("stars"), "p-nobody"),
    "idx_payments_unique_pending": lambda tx: tx.payments.pending(BUYER, TON_METHOD),
    "idx_source_records_time": lambda tx: tx.source_records.newest(SOURCE, 10),
    "idx_configs_tg_id_deleted": lambda tx: tx.keys.of_user(BUYER),
    "idx_orders_open": lambda tx: tx.orders.undelivered(BUYER),
    "idx_placements_due": lambda tx: tx.keys.claim_due(PanelId("panel1"), NOW, NOW + MINUTE, 20),
    "idx_placements_due_homes": lambda tx: tx.keys.claim_homeless((), (), NOW, NOW + MINUTE, 20),
    "idx_outbox_due": lambda tx: tx.outbox.claim(NOW, NOW + MINUTE, 20),
    "idx_outbox_person": lambda tx: tx.outbox.claim(NOW, NOW + MINUTE, 1),
    "idx_outbox_done_at": lambda tx: tx.old_data.page(OldData.NOTICES, _OLD, None, 200),
    "idx_source_records_raw": lambda tx: tx.old_data.page(OldData.RAW_RECORDS, _OLD, None, 200),
    "idx_postings_account": lambda tx: tx.ledger.statement_lines(BUYER, 10),
}
"""Queries of the use cases."""

QUERIES = {
    "idx_users_created_at": "SELECT count(*) FROM users WHERE created_at >= timestamptz '2026-11-21 00:00Z'",
    "idx_users_referrer": "SELECT count(*) FROM users WHERE referrer_id = 77",
    "idx_payments_confirmed_at": (
        "SELECT sum(amount) FROM payments"
        " WHERE status = 'confirmed' AND confirmed_at >= timestamptz '2026-11-20 00:00Z'"
    ),
    "idx_payments_status_method": "SELECT id FROM payments WHERE status = 'pending' AND method = 'stars'",
    "idx_payments_tx_hash": "SELECT id FROM payments WHERE tx_hash = md5('77')",
    "idx_placements_username": (
        "SELECT key_id FROM placements WHERE panel_id = 'panel1' AND username = 'orbit_77' AND state <> 'gone'"
    ),
    "idx_ton_tx_comment_amount": (
        "SELECT external_id FROM source_records WHERE comment = 'ORB00000000500' AND units = 1000000000"
        " AND length(comment) <= 64"
    ),
    "idx_users_search": "SELECT tg_id FROM users WHERE username_folded LIKE 'name7777%'",
}
"""Queries of an owner or an integrator; no use case sends them yet."""


@pytest.fixture(scope="module")
async def large_shop(databases: Databases, migrated_template: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with 200 000 rows in every table that grows; tests only read it."""
    async with databases.fresh(migrated_template) as url:
        await fill(url)
        engine = open_engine(url)
        yield engine
        await engine.dispose()


def test_each_index_has_a_query() -> None:
    """Every index has a query that uses it."""
    assert STEPS.keys() | QUERIES.keys() == INDEXES.keys()


async def test_the_indexes_are_those_of_the_design(large_shop: AsyncEngine) -> None:
    """Each is there by its name, on its table and columns, with its condition."""
    async with large_shop.connect() as connection:
        rows = await connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
        found = {name: _short(definition) for name, definition in rows}
    assert {name: found.get(name) for name in INDEXES} == INDEXES


async def test_the_crowd_is_as_large_as_it_says(large_shop: AsyncEngine) -> None:
    """What is planned below is planned for 200 000 rows a table."""
    tables = ("users", "orders", "payments", "configs", "placements", "source_records", "outbox", "ledger_postings")
    async with large_shop.connect() as connection:
        counts = [(await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables]
    assert counts == [ROWS] * len(tables)


@pytest.mark.parametrize("index", STEPS)
async def test_each_use_case_reads_through_its_index(large_shop: AsyncEngine, index: str) -> None:
    """The very statement that the repository sends is planned with the index that was created for it."""
    with count_statements(large_shop) as counter, pytest.raises(_RolledBack):
        await _run(SqlStorage(large_shop, base=RUB), STEPS[index])
    ((statement, parameters), *_) = counter.sent[0]
    plan = await _plan(large_shop, statement, parameters)
    assert any(index in line for line in plan), plan


@pytest.mark.parametrize("index", QUERIES)
async def test_each_query_uses_its_index(large_shop: AsyncEngine, index: str) -> None:
    """Where no use case sends it yet, the query that the index is for is planned with it."""
    plan = await _plan(large_shop, QUERIES[index], ())
    assert any(index in line for line in plan), plan


@pytest.mark.parametrize("claim", ["idx_placements_due", "idx_placements_due_homes", "idx_outbox_due"])
async def test_claims_follow_their_index(large_shop: AsyncEngine, claim: str) -> None:
    """No claim reads a table from end to end, nor sorts what waits: only the few it has found for several reasons."""
    with count_statements(large_shop) as counter, pytest.raises(_RolledBack):
        await _run(SqlStorage(large_shop, base=RUB), STEPS[claim])
    claims = [(statement, parameters) for statement, parameters in counter.sent[0] if "WITH" in statement]
    plan = [line for statement, parameters in claims for line in await _plan(large_shop, statement, parameters)]
    assert not any("Seq Scan" in line for line in plan), plan
    assert not any("Sort Key: placements" in line or "Sort Key: outbox" in line for line in plan), plan


class _RolledBack(Exception):
    """Raised at the end of a transaction to roll it back."""


async def _run(storage: SqlStorage, step: Step) -> None:
    async with storage.transaction() as tx:
        await step(tx)
        raise _RolledBack


async def _plan(engine: AsyncEngine, statement: str, parameters: Any) -> Sequence[str]:
    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return [row[0] for row in rows]


def _short(definition: str) -> str:
    """`CREATE UNIQUE INDEX i ON public.t USING btree (a) WHERE ((b)::text = 'c'::text)`: `unique t (a) where b = 'c'`.

    How PostgreSQL writes a condition down, with casts and brackets, isn't compared.
    """
    index, _, condition = definition.partition(" WHERE ")
    bare = re.sub(r"::(?:text|character varying)|\[\]|[()]", " ", condition.replace("ARRAY[", "ARRAY [")).split()
    words = " ".join(bare).replace("[ ", "[").replace(" ]", "]").replace(" ,", ",").replace("ARRAY [", "ARRAY[")
    unique = "unique " if index.startswith("CREATE UNIQUE") else ""
    table = index.partition(" ON public.")[2].replace(" USING btree", "").replace(' COLLATE "C"', "")
    return unique + table + (f" where {words}" if words else "")
