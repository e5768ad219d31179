"""The migrations create the declared tables, on any database."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.migrate import migrate, schema_state

NEWEST = "0036"
REVISIONS = (*(f"{number:04}" for number in range(1, 36)), NEWEST)

BY_NAME = {
    "idx_users_subscription_end": ("users", ["subscription_end"], False),
    "idx_users_remind_at": ("users", ["remind_at", "tg_id"], False),
    "idx_users_renewing": ("users", ["subscription_end", "tg_id"], False),
    "idx_orders_waiting": ("orders", ["state", "paid_at"], False),
    "idx_payments_card_user": ("payments", ["tg_id", "card"], False),
    "idx_users_created_at": ("users", ["created_at"], False),
    "idx_users_referrer": ("users", ["referrer_id"], False),
    "idx_payments_status_method": ("payments", ["status", "method"], False),
    "idx_payments_confirmed_at": ("payments", ["confirmed_at"], False),
    "idx_payments_tx_hash": ("payments", ["tx_hash"], False),
    "idx_payments_comment": ("payments", ["comment"], True),
    "idx_payments_unique_pending": ("payments", ["tg_id", "method"], True),
    "idx_configs_created_at": ("configs", ["created_at"], False),
    "idx_subscription_links_issued_at": ("subscription_links", ["issued_at"], False),
    "idx_configs_tg_id_deleted": ("configs", ["tg_id", "deleted"], False),
    "idx_placements_username": ("placements", ["panel_id", "username"], True),
    "idx_ton_tx_comment_amount": ("source_records", ["comment", "units"], False),
    "idx_source_records_reverses": ("source_records", ["reverses_source", "reverses_id"], False),
    "idx_orders_open": ("orders", ["tg_id"], False),
    "idx_orders_paid_at": ("orders", ["paid_at"], False),
    "idx_support_cases_live": ("support_cases", ["tg_id"], True),
    "idx_placements_due": ("placements", ["panel_id", "next_attempt_at", "key_id", "number"], False),
    "idx_placements_confirmed_at": ("placements", ["confirmed_at"], False),
    "idx_placements_rebalanced_at": ("placements", ["rebalanced_at"], False),
    "idx_placements_home": ("placements", ["key_id"], True),
    "idx_placements_panel": ("placements", ["panel_id", "key_id", "desired", "applied"], False),
    "idx_outbox_due": ("outbox", ["priority", "id", "not_before"], False),
    "idx_outbox_person": ("outbox", ["tg_id", "priority", "id"], False),
    "idx_receipt_claims_open": ("receipt_claims", ["source", "name"], False),
    "idx_payments_card": ("payments", ["card", "status"], False),
    "idx_payments_wish": ("payments", ["created_at", "id"], False),
    "idx_payments_charge": ("payments", ["order_id"], True),
    "idx_payouts_live": ("payouts", ["payment_id"], True),
    "idx_payouts_comment": ("payouts", ["comment"], False),
    "idx_referrals_due": ("referrals", ["at", "invited_id"], False),
    "idx_orders_taken": ("orders", ["taken_by"], False),
    "idx_payments_due": ("payments_due", ["not_before"], False),
    "idx_inbox_received_at": ("inbox", ["received_at"], False),
    "idx_postings_account": ("ledger_postings", ["account"], False),
    "idx_users_search": ("users", ["username_folded"], False),
    "idx_users_unreachable": ("users", ["unreachable_at"], False),
    "idx_configs_nonce": ("configs", ["tg_id", "nonce"], True),
    "idx_users_trial_used_at": ("users", ["trial_used_at"], False),
    "idx_orders_bought": ("orders", ["tg_id", "paid_at"], False),
    "idx_users_staff": ("users", ["tg_id"], False),
    "idx_outbox_done_at": ("outbox", ["done_at", "id"], False),
    "idx_outbox_dead_at": ("outbox", ["dead_at", "id"], False),
    "idx_source_records_raw": ("source_records", ["seen_at", "source", "external_id"], False),
    "idx_inbox_payload": ("inbox", ["received_at", "source", "external_id"], False),
    "idx_placements_links_left": ("placements", ["confirmed_at", "key_id", "number"], False),
    "idx_audit_at": ("audit", ["at", "id"], False),
    "idx_configs_alive": ("configs", ["id", "status", "expires_at"], False),
}


class SchemaContract:
    """Give it an `address` of an empty database."""

    async def test_every_migration_goes_up_down_and_up(self, address: str) -> None:
        """Every migration can be applied, reverted and applied again."""
        assert await schema_state(address) == (None, NEWEST)
        for revision in REVISIONS:
            await migrate(address, revision)
            assert await schema_state(address) == (revision, NEWEST)
            await migrate(address, down=True)
            await migrate(address, revision)
        await migrate(address, "base", down=True)
        assert await schema_state(address) == (None, NEWEST)
        assert await _read(address, _tables) == {"alembic_version"}
        await migrate(address)
        assert await schema_state(address) == (NEWEST, NEWEST)

    async def test_the_result_is_the_declared_schema(self, address: str) -> None:
        """Migrated tables, columns, types, indexes and foreign keys are those of the metadata."""
        await migrate(address)
        assert await _read(address, _differences) == []
        assert await _read(address, _tables) == {*schema.tables, "alembic_version"}

    async def test_the_indexes_have_their_names(self, address: str) -> None:
        """OrbitVPN's indexes and Orbit's own exist by name, on their columns."""
        await migrate(address)
        found = await _read(address, _indexes)
        assert {name: found.get(name) for name in BY_NAME} == BY_NAME

    async def test_migrators_wait_for_each_other(self, address: str) -> None:
        """Four that start at once all succeed, and the schema is created once."""
        await asyncio.gather(*(migrate(address) for _ in range(4)))
        assert await schema_state(address) == (NEWEST, NEWEST)


async def _read(address: str, query):
    engine = open_engine(address)
    async with engine.connect() as connection:
        answer = await connection.run_sync(query)
    await engine.dispose()
    return answer


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, schema)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _indexes(connection: Connection) -> dict[str | None, tuple[str, list[str | None], bool]]:
    return {
        index["name"]: (table, index["column_names"], bool(index["unique"]))
        for table in schema.tables
        for index in inspect(connection).get_indexes(table)
    }
