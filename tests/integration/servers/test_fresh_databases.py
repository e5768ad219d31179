"""Each test's database is its own, made from a template that was migrated once."""

import asyncpg
import pytest

from orbit_adapters.sql.migrate import migrate, schema_state
from tests.support.servers.databases import Databases, fetch_value
from tests.support.servers.opening import GivenServer, open_postgres
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.server_discovery import POSTGRES


async def test_a_fresh_database_has_the_newest_schema(postgres_url: str) -> None:
    """A test starts with an empty shop, exactly as `orbit migrate` leaves it."""
    revision, newest = await schema_state(postgres_url)
    assert revision == newest
    assert await fetch_value(postgres_url, "SELECT count(*) FROM users") == 0


async def test_two_fresh_databases_do_not_see_each_other(databases: Databases, migrated_template: str) -> None:
    """What is written to one is neither in another nor in those made later."""
    async with databases.fresh(migrated_template) as one, databases.fresh(migrated_template) as two:
        await fetch_value(one, "CREATE TABLE mine AS SELECT 1 AS number")
        assert await fetch_value(one, "SELECT number FROM mine") == 1
        assert await fetch_value(two, "SELECT to_regclass('mine')") is None
        async with databases.fresh(migrated_template) as three:
            assert await fetch_value(three, "SELECT to_regclass('mine')") is None


async def test_a_database_is_dropped_in_spite_of_connections(databases: Databases, migrated_template: str) -> None:
    """A connection that a test forgot keeps no database alive."""
    async with databases.fresh(migrated_template) as url:
        forgotten = await asyncpg.connect(url.replace("+asyncpg", ""))
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await fetch_value(url, "SELECT 1")
    forgotten.terminate()


async def test_nothing_stays_on_a_server_that_was_offered(
    postgres_server: PostgresServer | GivenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by the environment, in either spelling of its address, a server is used as it is and left as it was."""
    monkeypatch.setenv(POSTGRES.variable, postgres_server.url.replace("postgresql+asyncpg", "postgresql"))
    names = "SELECT array_agg(datname::text ORDER BY datname) FROM pg_database"
    before = await fetch_value(postgres_server.url, names)
    async with open_postgres() as offered:
        assert isinstance(offered, GivenServer)
        async with (
            Databases(offered.url, migrate) as databases,
            databases.template() as template,
            databases.fresh(template) as url,
        ):
            assert url.startswith("postgresql+asyncpg://")
            assert len(await fetch_value(url, names)) == len(before) + 2
    assert await fetch_value(postgres_server.url, names) == before
