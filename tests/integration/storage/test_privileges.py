"""The shop's role can't change or delete ledger rows. That it can sell is shown by the contract of the storage."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.privileges import APPEND_ONLY, PrivilegesRefused, grant_privileges
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.ids import SystemIds
from orbit_domain.money import RUB
from orbit_domain.steps.require_permission import StaffMember
from orbit_domain.use_cases.ban_customer import BanCustomer, UnbanCustomer
from orbit_domain.use_cases.change_role import ChangeRole
from orbit_domain.user.user import Role, UserLocked
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW
from tests.support.clock import FakeClock
from tests.support.servers.databases import fetch_value

HOSTILE_NAME = 'orbit "shop":role {role} 100%; DROP TABLE users; --'


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
async def test_ledger_rows_are_protected(shop_engine: AsyncEngine, table: str, spoil: str) -> None:
    """The role may neither change nor delete rows of append-only tables, nor disable their triggers."""
    own = {
        "receipts": "occurred_at",
        "inbox": "received_at",
        "ledger_postings": "position",
        "source_records": "seen_at",
    }
    column = own.get(table, "at")
    words = spoil.format(table).replace("SET at = now()", f"SET {column} = {column}")
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with shop_engine.begin() as connection:
            await connection.execute(text(words))


FIXED = {
    "payouts": ("units", "destination", "comment", "tg_id"),
    "users": ("tg_id", "referrer_id", "created_at"),
    "source_records": ("units", "comment", "sender", "digest", "occurred_at", "kind", "meaning"),
}


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in FIXED.items() for column in columns]
)
async def test_who_a_user_is_and_what_a_source_said_can_not_be_changed(
    shop_engine: AsyncEngine, table: str, column: str
) -> None:
    """The role may not change a referrer, or rewrite what was read from a source."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with shop_engine.begin() as connection:
            await connection.execute(text(f"UPDATE {table} SET {column} = {column}"))


async def test_the_owner_appoints_and_bans_in_the_bot_with_the_restricted_role(shop_engine: AsyncEngine) -> None:
    """The use cases log before they change, so the role lets them; another owner is refused by name."""
    storage = SqlStorage(shop_engine, base=RUB)
    async with storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
    ids, clock = SystemIds(), FakeClock(NOW)
    appoint, ban = ChangeRole(storage, clock, ids, ALICE), BanCustomer(storage, clock, ids)
    await appoint(ALICE, BORIS, Role.ADMIN)
    with pytest.raises(UserLocked):
        await appoint(ALICE, BORIS, Role.OWNER)
    await appoint(ALICE, BORIS, Role.CUSTOMER)
    await ban(BORIS, StaffMember(ALICE, ALICE), "spam")
    await UnbanCustomer(storage, clock, ids)(BORIS, StaffMember(ALICE, ALICE), "sorry")
    async with storage.transaction() as tx:
        person = await tx.users.get(BORIS)
        log = await tx.admin_log.of_subject(f"user:{BORIS}", 9)
    assert person is not None
    assert (person.role, person.banned_at) == (Role.CUSTOMER, None)
    assert sorted(row.action for row in log) == ["ban_customer", "change_role", "change_role", "unban_customer"]


@pytest.mark.parametrize(("role", "balance"), [("owner", 0), ("admin", 0), ("support", 0), ("customer", 1)])
async def test_the_role_adds_plain_customers_only(
    shop_engine: AsyncEngine, owner_url: str, role: str, balance: int
) -> None:
    """Neither staff nor money appears with a new user, unless the owner of the tables adds it."""
    add = (
        "INSERT INTO users (tg_id, lang, balance, auto_renew, role, created_at) "
        f"VALUES (7, 'ru', {balance}, false, '{role}', now()) RETURNING role"
    )
    with pytest.raises(ProgrammingError, match="only the owner of the tables"):
        async with shop_engine.begin() as connection:
            await connection.execute(text(add))
    assert await fetch_value(owner_url, add) == role


@pytest.mark.parametrize("words", ["DELETE FROM users", "CREATE TABLE mine (a int)", "DELETE FROM alembic_version"])
async def test_the_role_can_do_nothing_it_does_not_need(shop_engine: AsyncEngine, words: str) -> None:
    """Orbit deletes rows of queues alone and creates no tables, so its role can't either."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with shop_engine.begin() as connection:
            await connection.execute(text(words))


async def test_refused_privileges_have_a_reason(postgres_url: str, tmp_path: object) -> None:
    """A role that doesn't exist, with any name, and a database without roles: nothing is granted."""
    with pytest.raises(PrivilegesRefused, match="does not exist"):
        await grant_privileges(postgres_url, HOSTILE_NAME)
    with pytest.raises(PrivilegesRefused, match="knows no roles"):
        await grant_privileges(f"sqlite:///{tmp_path}/orbit.db", "orbit")
