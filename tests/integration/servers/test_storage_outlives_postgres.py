"""The storage on a PostgreSQL that is cut, killed and restarted under it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageBusy, StorageError, StorageUnavailable
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS
from tests.support.servers.databases import terminate_backends
from tests.support.servers.opening import own_postgres
from tests.support.servers.postgres import PostgresServer


@pytest.fixture
async def storage(postgres_url: str) -> AsyncIterator[SqlStorage]:
    """An empty storage."""
    storage = SqlStorage(open_engine(postgres_url), base=RUB)
    yield storage
    await storage.close()


async def cut_all(url: str) -> int:
    """Cut every connection to the database at *url*; how many there were."""
    return await terminate_backends(url, make_url(url).database)


async def cut_inside(storage: SqlStorage, url: str, *, go_on: bool) -> None:
    """Write, lose the connection, and then write more or go straight to the end."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.ledger.post(samples.gift(1, 50_000))
        assert await cut_all(url) == 1
        if go_on:
            await tx.users.add_if_absent(samples.new_user(BORIS))


@pytest.mark.parametrize("go_on", [True, False], ids=["in_the_middle", "before_the_commit"])
async def test_a_transaction_that_is_cut_leaves_nothing(storage: SqlStorage, postgres_url: str, go_on: bool) -> None:
    """A lost connection fails the whole transaction with an error, and the next one starts as if it had never been."""
    with pytest.raises(StorageBusy):
        await cut_inside(storage, postgres_url, go_on=go_on)
    async with storage.transaction() as tx:
        assert [await tx.users.get(ALICE), await tx.users.get(BORIS)] == [None, None]
        await tx.users.add_if_absent(samples.new_user())
        await tx.ledger.post(samples.gift(1, 50_000))


async def test_idle_connections_that_were_cut_are_replaced(storage: SqlStorage, postgres_url: str) -> None:
    """Connections that the server dropped while they waited in the pool cause no error."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
    assert await cut_all(postgres_url) == 1
    async with storage.transaction() as tx:
        assert await tx.users.get(ALICE) is not None


async def test_the_shop_goes_on_after_the_server_was_killed(durable_postgres: PostgresServer) -> None:
    """While the server is down transactions fail; once it is back the same storage works on, and nothing is lost."""
    await migrate(durable_postgres.url)
    storage = SqlStorage(open_engine(durable_postgres.url), base=RUB)
    for number in range(1, 6):
        tg_id = type(ALICE)(number)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(tg_id))
        await durable_postgres.kill9()
        with pytest.raises(StorageError):
            async with storage.transaction() as tx:
                await tx.users.get(tg_id)
        await durable_postgres.restart()
        async with storage.transaction() as tx:
            assert [await tx.users.get(type(ALICE)(known)) for known in range(1, number + 1)].count(None) == 0
    await storage.close()


async def test_a_server_that_hangs_is_given_up() -> None:
    """A transaction on a server that stopped answering ends with an error in its time, and leaves nothing behind."""
    async with own_postgres() as server:
        await migrate(server.url)
        storage = SqlStorage(open_engine(server.url, response_timeout_s=0.2), base=RUB)
        async with storage.transaction() as tx:
            await tx.plans.active()
        with pytest.raises(StorageUnavailable):
            await hang_inside(storage, server)
        server.resume()
        async with storage.transaction() as tx:
            assert await tx.users.get(ALICE) is None
        await storage.close()


async def hang_inside(storage: SqlStorage, server: PostgresServer) -> None:
    """Write something to a server that stops answering in the middle of the transaction."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        server.pause()
        await tx.users.add_if_absent(samples.new_user(BORIS))
