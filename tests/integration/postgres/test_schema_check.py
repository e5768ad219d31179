"""A process doesn't start on a database with another version's schema."""

import pytest

from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.migrate import migrate, schema_state
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_domain.storage import StorageUnavailable
from tests.support.servers.databases import Databases, fetch_value
from tests.support.servers.watchdog import free_port


async def test_the_current_schema_is_accepted(postgres_url: str) -> None:
    """A migrated database is accepted and not changed."""
    await require_schema(postgres_url)
    current, head = await schema_state(postgres_url)
    assert current == head


async def test_an_empty_database_is_refused(databases: Databases) -> None:
    """The error names the command to run, and nothing is created."""
    async with databases.fresh("template0") as url:
        with pytest.raises(SchemaError, match=r"Next: orbit migrate$") as refused:
            await require_schema(url)
        assert refused.value.found is None
        assert await fetch_value(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def test_an_older_schema_is_refused(postgres_url: str) -> None:
    """New code on old tables doesn't start; after `orbit migrate` it does."""
    _, newest = await schema_state(postgres_url)
    await migrate(postgres_url, down=True)
    with pytest.raises(SchemaError, match=r"Next: orbit migrate$") as refused:
        await require_schema(postgres_url)
    assert (refused.value.found, refused.value.needed) == ((await schema_state(postgres_url))[0], newest)
    await migrate(postgres_url)
    await require_schema(postgres_url)


async def test_a_newer_schema_is_refused(postgres_url: str) -> None:
    """Old code on new tables doesn't start, and says both revisions and the two ways out."""
    await fetch_value(postgres_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="9999") as refused:
        await require_schema(postgres_url)
    assert "a newer version of Orbit" in str(refused.value)
    assert f"orbit migrate --to {refused.value.needed} --down" in str(refused.value)


async def test_an_unreachable_database_is_unavailable(postgres_url: str) -> None:
    """A missing server is another error than a wrong schema; the URL isn't shown."""
    nowhere = f"postgresql+asyncpg://orbit:hunter2@127.0.0.1:{free_port()}/orbit"
    with pytest.raises(StorageUnavailable) as raised:
        await require_schema(nowhere)
    assert "hunter2" not in str(raised.value)
    with pytest.raises(UnusableDatabase):
        await require_schema("mysql://here")
