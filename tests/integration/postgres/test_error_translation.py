"""Each error of a real server becomes an error of the storage, or isn't translated; no message holds a value."""

import traceback
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageBusy, StorageConflict, StorageError, StorageUnavailable
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.support.servers.watchdog import free_port

SECRET = "ORB-SECRET"
TRANSLATED = {
    "40001": StorageBusy,  # serialization failure
    "40P01": StorageBusy,  # deadlock
    "40003": StorageBusy,  # completion unknown
    "55P03": StorageBusy,  # lock not available
    "57P01": StorageBusy,  # shutdown by the administrator
    "57P02": StorageBusy,  # crash of the server
    "08006": StorageBusy,  # connection failure
    "57014": StorageUnavailable,  # statement timeout
    "53100": StorageUnavailable,  # disk full
    "53200": StorageUnavailable,  # out of memory
    "58030": StorageUnavailable,  # input/output error
    "25006": StorageUnavailable,  # read-only server
    "23505": StorageConflict,  # unique
    "23503": StorageConflict,  # foreign key
    "23514": StorageConflict,  # check
    "23000": StorageConflict,  # our own triggers
}
BUGS = ["22003", "22P02", "42601", "42P01", "42501", "P0001", "XX001"]


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(postgres_url)
    yield engine
    await engine.dispose()


async def fail_with(engine: AsyncEngine, code: str) -> None:
    """A statement that ends with *code* and a message that must not be shown."""
    raising = f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{code}', DETAIL = '{SECRET}'; END $$"
    async with engine.connect() as connection:
        with translate_errors(Operation.STATEMENT):
            await connection.execute(text(raising))


@pytest.mark.parametrize("code", TRANSLATED)
async def test_known_errors_are_translated(engine: AsyncEngine, code: str) -> None:
    """The error names the code and holds no part of the server's message or of the statement."""
    with pytest.raises(StorageError) as raised:
        await fail_with(engine, code)
    assert type(raised.value) is TRANSLATED[code]
    assert code in str(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("code", BUGS)
async def test_bugs_are_not_translated(engine: AsyncEngine, code: str) -> None:
    """A mistake in a statement, or a broken database, isn't reported as a temporary error."""
    with pytest.raises(DBAPIError):
        await fail_with(engine, code)


async def test_a_conflict_names_the_constraint_alone(engine: AsyncEngine) -> None:
    """A second payment with one comment: the constraint is named, the comment is nowhere, not even in the traceback."""
    storage = SqlStorage(engine, base=RUB)
    first, second = samples.payment(1, comment=SECRET), samples.payment(2, comment=SECRET)
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(first)
    with pytest.raises(StorageConflict) as raised:
        async with storage.transaction() as tx:
            await tx.payments.add(second.supersede())
    assert "idx_payments_comment" in str(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


async def test_an_unreachable_database_is_unavailable(postgres_url: str) -> None:
    """A missing server, a missing database, a wrong password: unavailable, and the URL isn't shown."""
    url = make_url(postgres_url)
    strangers = [url.set(port=free_port()), url.set(database="no_such_place"), url.set(password="hunter2")]
    for stranger in strangers:
        storage = SqlStorage(open_engine(stranger.render_as_string(hide_password=False)), base=RUB)
        with pytest.raises(StorageUnavailable) as raised:
            async with storage.transaction() as tx:
                await tx.users.get(ALICE)
        words = "".join(traceback.format_exception(raised.value))
        assert not [word for word in ("hunter2", "no_such_place", str(url.password)) if word in words]
        await storage.close()


async def test_a_connection_that_breaks_before_it_is_ready_is_busy(engine: AsyncEngine) -> None:
    """Created, then cut before SQLAlchemy prepared it: asyncpg's own error is translated like any other."""

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect_and_cut(dialect: Any, _record: Any, args: Any, options: Any) -> Any:
        connection = dialect.connect(*args, **options)
        connection.driver_connection.terminate()
        return connection

    with pytest.raises(StorageBusy, match="before it was ready"):
        async with SqlStorage(engine, base=RUB).transaction():
            pytest.fail("there is no connection")
