"""How many statements each step sends, and which index answers them."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import PanelId
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.money import RUB
from orbit_domain.old_data.old_data import OldData
from orbit_domain.old_data.repository import OldRow
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.source_record import ReceiptKey
from orbit_domain.storage import Transaction
from orbit_testing import samples
from orbit_testing.contracts.storage_transactions import fill
from orbit_testing.samples import ALICE, HOUR, NOW

Step = Callable[[Transaction], Awaitable[object]]

LINES = [
    StatementLine(kind, ref, 1, NOW, "")
    for number in range(1, 6)
    for kind, ref in (
        (EntryKind.CREDIT, samples.receipt(number).ref),
        (EntryKind.REFUND, f"payment:{samples.payment(number).id}"),
        (EntryKind.ORDER, str(samples.order(number).id)),
    )
]

BUDGET: dict[str, tuple[int, Step]] = {
    "a tap of a known user": (1, lambda tx: tx.subscriptions.customer(ALICE)),
    "a first start": (1, lambda tx: tx.users.add_if_absent(samples.new_user(samples.BORIS))),
    "a later start, as a race leaves it": (2, lambda tx: tx.users.add_if_absent(samples.new_user())),
    "a first tap on buy": (1, lambda tx: tx.orders.add_if_absent(samples.order(2))),
    "a second tap on buy": (2, lambda tx: tx.orders.add_if_absent(samples.order())),
    "a known receipt": (1, lambda tx: tx.receipts.add(samples.receipt())),
    # Savepoint, entry, lines, balance, release.
    "an entry": (5, lambda tx: tx.ledger.post(samples.gift(2, 100))),
    # Entries, lines, and the balance of each user.
    "many entries": (3, lambda tx: tx.ledger.post_all([samples.gift(number, 1) for number in range(2, 400)])),
    # Savepoint, entry, release.
    "an entry that is known": (3, lambda tx: tx.ledger.post(samples.gift(1, 100))),
    "a claim of notices": (1, lambda tx: tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 20)),
    "known reminders and alerts": (1, lambda tx: tx.outbox.known([f"key-{number}" for number in range(500)])),
    "due reminders": (1, lambda tx: tx.subscriptions.to_remind(NOW, 500)),
    "renewals that are due": (1, lambda tx: tx.kept_cards.renewable(NOW, None, 500)),
    # The panels that are awaited, the claim, and the keys.
    "a claim of homes": (3, lambda tx: tx.keys.claim_homeless((), (), NOW + HOUR, NOW + 2 * HOUR, 20)),
    "a claim of placements": (1, lambda tx: tx.keys.claim_due(PanelId("idle"), NOW, NOW + HOUR, 20)),
    "many users' keys held": (2, lambda tx: tx.keys.lock_of([ALICE, samples.BORIS])),
    "the places of many keys": (1, lambda tx: tx.keys.save_places([samples.key()])),
    "what a journal holds": (4, lambda tx: tx.recent_requests.since(NOW)),
    "what waits for many users": (1, lambda tx: tx.orders.undelivered_of([ALICE, samples.BORIS])),
    "many notices": (1, lambda tx: tx.outbox.add_all([samples.message(number) for number in range(5, 25)])),
    "a locked key": (2, lambda tx: tx.keys.lock(samples.key().id)),
    "a user's keys": (1, lambda tx: tx.keys.of_user(ALICE)),
    "all keys of a user": (1, lambda tx: tx.keys.all_of_user(ALICE)),
    "many keys": (1, lambda tx: tx.keys.by_ids([samples.key(number).id for number in range(100)])),
    "a page of a panel's keys": (1, lambda tx: tx.keys.on_panel(PanelId("m1"), samples.key().id, 100)),
    "the keys of every node": (1, lambda tx: tx.keys.count_by_node(NOW)),
    "what may move": (1, lambda tx: tx.rebalances.movable(NOW, NOW)),
    "a page of keys": (1, lambda tx: tx.keys.page(samples.key().id, 100)),
    "what a statement's lines are about": (1, lambda tx: tx.statements.subjects(LINES)),
    "the newest entries": (1, lambda tx: tx.ledger.newest(20)),
    "the audit": (21, lambda tx: tx.ledger.check()),
}

OLD_ROW, OLD_NAME = OldRow(NOW, (samples.identity(1),)), OldRow(NOW, (samples.SOURCE, "1"))
OLD_PLACE = OldRow(NOW, (samples.identity(1), 0))

SERVED: dict[str, Step] = {
    "idx_users_remind_at": lambda tx: tx.subscriptions.to_remind(NOW, 10),
    "idx_users_renewing": lambda tx: tx.subscriptions.renewable(NOW, None, 10),
    "idx_users_subscription_end": lambda tx: tx.kept_cards.renewable(NOW, None, 10),
    "idx_payments_card_user": lambda tx: tx.kept_cards.renewable(NOW, None, 10),
    "idx_configs_alive": lambda tx: tx.keys.count_by_node(NOW),
    "idx_placements_confirmed_at": lambda tx: tx.keys.confirmed_since(NOW, None, 10),
    "idx_payments_comment": lambda tx: tx.payments.by_comment("x"),
    "idx_payments_unique_pending": lambda tx: tx.payments.pending(ALICE, TON_METHOD),
    "idx_payments_user": lambda tx: tx.payments.of_user(ALICE, 10),
    "idx_payments_order": lambda tx: tx.payments.of_order(samples.order().id),
    "idx_payments_overdue": lambda tx: tx.payments.overdue(samples.SOURCE, NOW, 10),
    "idx_payments_external_id": lambda tx: tx.payments.by_external_id(TON_METHOD, "x"),
    "idx_payments_created_at": lambda tx: tx.payments.comments_since(NOW, 10),
    "idx_payments_wish": lambda tx: tx.payments.with_wishes(None, 10),
    "idx_payments_card": lambda tx: tx.kept_cards.charges(None, 10),
    "idx_orders_open": lambda tx: tx.orders.undelivered(ALICE),
    "idx_orders_taken": lambda tx: tx.orders.received(ALICE, 10),
    "idx_orders_user": lambda tx: tx.orders.newest(ALICE, 10),
    "idx_orders_waiting": lambda tx: tx.orders.waiting_since(NOW, None, 10),
    "idx_orders_unfinished": lambda tx: tx.orders.open_since(NOW, None, 10),
    "idx_configs_tg_id_deleted": lambda tx: tx.keys.of_user(ALICE),
    "idx_placements_due": lambda tx: tx.keys.claim_due(PanelId("m1"), NOW, NOW, 10),
    "idx_placements_rebalanced_at": lambda tx: tx.rebalances.moved_since(NOW),
    "idx_placements_panel": lambda tx: tx.keys.on_panel(PanelId("m1"), samples.key().id, 10),
    "idx_outbox_due": lambda tx: tx.outbox.claim(NOW, NOW, 10),
    "idx_outbox_person": lambda tx: tx.outbox.claim(NOW, NOW, 1),
    "idx_outbox_user": lambda tx: tx.outbox.of_user(ALICE, 10),
    "idx_postings_account": lambda tx: tx.ledger.statement_lines(ALICE, 10),
    "idx_receipts_payment": lambda tx: tx.receipts.of_payment(samples.payment().id),
    "idx_receipts_user": lambda tx: tx.receipts.of_user(ALICE, 10),
    "idx_receipts_nobodys": lambda tx: tx.receipts.unmatched(10),
    "idx_receipt_claims_receipt": lambda tx: tx.receipt_claims.any_waiting(samples.SOURCE),
    "idx_payouts_live": lambda tx: tx.payouts.live_of_payment(samples.payment().id),
    "idx_payouts_comment": lambda tx: tx.payouts.by_comments(TON_METHOD, {"REF"}),
    "idx_payments_due": lambda tx: tx.payments_due.claim(NOW, NOW, 10),
    "idx_source_records_time": lambda tx: tx.source_records.newest(samples.SOURCE, 10),
    "idx_source_records_reverses": lambda tx: tx.source_records.reversals_of(ReceiptKey(samples.SOURCE, "1")),
    "idx_referrals_due": lambda tx: tx.referrals.due(None, 10),
    "idx_referrals_inviter": lambda tx: tx.referrals.figures(ALICE),
    "idx_grants_user": lambda tx: tx.grants.of_user(ALICE),
    "idx_orders_paid_at": lambda tx: tx.orders.paid_since(NOW, None, 10),
    "idx_support_cases_user": lambda tx: tx.cases.newest_of(ALICE),
    "idx_support_cases_open": lambda tx: tx.cases.count_waiting(),
    "idx_support_cases_live": lambda tx: tx.cases.live(10),
    "idx_support_messages_case": lambda tx: tx.cases.messages(samples.case().id, 10),
    "idx_audit_at": lambda tx: tx.admin_log.newest(10),
    "idx_users_staff": lambda tx: tx.users.staff(),
    "idx_users_search": lambda tx: tx.users.named("x", 10),
    "idx_placements_username": lambda tx: tx.keys.named("x", [PanelId("m1")]),
    "idx_outbox_done_at": lambda tx: tx.old_data.page(OldData.NOTICES, NOW, OLD_ROW, 10),
    "idx_outbox_dead_at": lambda tx: tx.old_data.page(OldData.DEAD_NOTICES, NOW, OLD_ROW, 10),
    "idx_source_records_raw": lambda tx: tx.old_data.page(OldData.RAW_RECORDS, NOW, OLD_NAME, 10),
    "idx_inbox_payload": lambda tx: tx.old_data.page(OldData.MONEY_UPDATES, NOW, OLD_NAME, 10),
    "idx_placements_links_left": lambda tx: tx.old_data.page(OldData.KEY_LINKS, NOW, OLD_PLACE, 10),
    "idx_audit_subject": lambda tx: tx.admin_log.of_subject("user:1", 10),
}


CLAIMS: dict[str, Step] = {
    "placements": lambda tx: tx.keys.claim_due(PanelId("m1"), NOW, NOW, 10),
    "homes": lambda tx: tx.keys.claim_homeless((), (), NOW, NOW, 10),
    "homes of a failing panel": lambda tx: tx.keys.claim_homeless([PanelId("m1")], [PanelId("m1")], NOW, NOW, 10),
    "notices": lambda tx: tx.outbox.claim(NOW, NOW, 10),
}


@pytest.fixture
async def storage(sqlite_engine: AsyncEngine) -> SqlStorage:
    """A storage with a row of everything in it."""
    storage = SqlStorage(sqlite_engine, base=RUB)
    async with storage.transaction() as tx:
        await fill(tx)
    return storage


@pytest.mark.parametrize("step", BUDGET)
async def test_each_step_keeps_its_budget(storage: SqlStorage, sqlite_engine: AsyncEngine, step: str) -> None:
    """No step sends more statements than its budget says, so that no list is ever read row by row."""
    maximum, action = BUDGET[step]
    with count_statements(sqlite_engine) as counter:
        async with storage.transaction() as tx:
            await action(tx)
    assert counter.counts == [maximum]


@pytest.mark.parametrize("index", SERVED)
async def test_each_list_is_read_through_its_index(storage: SqlStorage, sqlite_engine: AsyncEngine, index: str) -> None:
    """The query that an index was created for is planned with it."""
    with count_statements(sqlite_engine) as counter:
        async with storage.transaction() as tx:
            await SERVED[index](tx)
    ((statement, parameters),) = counter.sent[0]
    async with sqlite_engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        lines = [row[-1] for row in plan]
    assert any(index in line for line in lines), lines


@pytest.mark.parametrize("claimed", CLAIMS)
async def test_claims_follow_their_index(storage: SqlStorage, sqlite_engine: AsyncEngine, claimed: str) -> None:
    """No claim reads a table from end to end, nor sorts what waits: only the few it has found for several reasons."""
    async with storage.transaction() as tx:
        await tx.keys.save(samples.placed(samples.key(), "m1"))
    with count_statements(sqlite_engine) as counter:
        async with storage.transaction() as tx:
            await CLAIMS[claimed](tx)
    async with sqlite_engine.connect() as connection:
        plans = [
            [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in counter.sent[0]
        ]
    lines = [line for plan in plans for line in plan]
    assert not [line for line in lines if line in ("SCAN placements", "SCAN configs", "SCAN outbox")], lines
    assert not [plan for plan in plans if "USE TEMP B-TREE FOR ORDER BY" in plan and "SCAN found" not in plan]


async def test_a_journal_reads_no_table_from_end_to_end(storage: SqlStorage, sqlite_engine: AsyncEngine) -> None:
    """What was asked for lately is found by its time, or by the row that names it: it is looked for all day long."""
    with count_statements(sqlite_engine) as counter:
        async with storage.transaction() as tx:
            await tx.recent_requests.since(NOW)
    async with sqlite_engine.connect() as connection:
        plans = [
            " ".join(row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", parameters))
            for one, parameters in counter.sent[0]
        ]
    times = ("idx_users_created_at", "idx_orders_paid_at", "idx_payments_created_at", "idx_configs_created_at")
    assert not [index for index in (*times, "idx_subscription_links_issued_at") if index not in " ".join(plans)], plans
    assert not [plan for plan in plans if "SCAN" in plan], plans


async def test_a_page_of_a_panel_reads_no_more_than_the_page(storage: SqlStorage, sqlite_engine: AsyncEngine) -> None:
    """The keys of a panel come in the order of its index, unsorted: the last page costs what the first does."""
    with count_statements(sqlite_engine) as counter:
        async with storage.transaction() as tx:
            await tx.keys.on_panel(PanelId("m1"), samples.key().id, 10)
    ((statement, parameters),) = counter.sent[0]
    async with sqlite_engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        assert not [row[-1] for row in plan if "TEMP B-TREE" in row[-1]]


async def test_transactions_are_counted_separately(storage: SqlStorage, sqlite_engine: AsyncEngine) -> None:
    """The counter keeps one list for each transaction, and counts nothing after its block."""
    with count_statements(sqlite_engine) as counter:
        for _ in range(2):
            async with storage.transaction() as tx:
                await tx.users.get(ALICE)
                await tx.users.get(ALICE)
    async with storage.transaction() as tx:
        await tx.users.get(ALICE)
    assert counter.counts == [2, 2]


async def test_names_are_searched_by_prefix(storage: SqlStorage, sqlite_engine: AsyncEngine) -> None:
    """The prefix of a name is searched through its index, folded, so that capitals don't matter."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(samples.BORIS, username="ЁЖИК_Бор"))
    query = "SELECT username FROM users WHERE username_folded >= 'ёжик' AND username_folded < 'ёжил'"
    async with sqlite_engine.connect() as connection:
        assert (await connection.execute(text(query))).scalar_one() == "ЁЖИК_Бор"
        plan = [row[-1] for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert "idx_users_search" in plan[0]
