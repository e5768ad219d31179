"""Lookups in PostgreSQL: connections of their own, which may be cut, hang, or be in use."""

import asyncio

import pytest
from sqlalchemy import event, make_url
from structlog.testing import capture_logs

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.postgres_lookup import LOOKUP_CONNECTIONS
from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import StorageUnavailable
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.postgres.patience import patient_engine
from tests.support.servers.databases import fetch_value, terminate_backends
from tests.support.servers.opening import own_postgres
from tests.support.servers.watchdog import free_port


async def register(storage: SqlStorage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())


async def connections_of(url: str) -> int:
    """How many other connections the database has."""
    of_us = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(await fetch_value(url, of_us))


async def test_lookups_keep_few_connections_and_wait_for_no_transaction(postgres_url: str) -> None:
    """Two hundred at once share some, which the storage closes; one goes on while the row is locked and written."""
    storage = SqlStorage(patient_engine(postgres_url), base=RUB)
    await register(storage)
    assert None not in await asyncio.gather(*(storage.find_customer(ALICE) for _ in range(200)))
    assert await connections_of(postgres_url) <= LOOKUP_CONNECTIONS + 1
    async with storage.transaction() as tx:
        await tx.users.lock(ALICE)
        await tx.users.set_language(ALICE, "en")
        customer = await asyncio.create_task(storage.find_customer(ALICE))
        assert customer is not None
        assert customer.user.language == "ru"
    await storage.close()
    while await connections_of(postgres_url):
        """The server ends them in its own time."""


async def test_idle_connections_that_were_cut_cost_no_read(postgres_url: str) -> None:
    """Every connection is cut, over and over, between the reads and in the middle of them: each read is answered."""
    storage = SqlStorage(patient_engine(postgres_url), base=RUB)
    await register(storage)
    database = make_url(postgres_url).database
    for _ in range(5):
        assert None not in await asyncio.gather(*(storage.find_customer(ALICE) for _ in range(LOOKUP_CONNECTIONS)))
        assert await terminate_backends(postgres_url, database) >= LOOKUP_CONNECTIONS
        assert await storage.find_customer(ALICE) is not None
    await storage.close()


@pytest.mark.parametrize(("options", "transactions"), [("", 0), ("?prepared_statement_cache_size=0", 1)])
async def test_a_lookup_is_one_statement(postgres_url: str, options: str, transactions: int) -> None:
    """Counted and timed as any other, in no transaction; but in one behind a pooler without prepared statements."""
    slow, begun = SlowQueryLog(over_ms=-1), list[object]()
    engine = open_engine(postgres_url + options, slow_query_log=slow)
    storage = SqlStorage(engine, base=RUB)
    await register(storage)
    await storage.find_customer(ALICE)
    slow.counts.clear()
    event.listen(engine.sync_engine, "begin", begun.append)
    with capture_logs() as lines, count_statements(engine) as counter:
        assert await storage.find_customer(ALICE) is not None
    assert (counter.counts, len(begun)) == ([1], transactions)
    assert [line["fingerprint"] for line in lines] == [*slow.counts]
    assert str(int(ALICE)) not in str(lines)
    await storage.close()


async def test_without_an_answer_a_lookup_is_unavailable() -> None:
    """A server that hangs, is killed, or isn't there: an error of the storage; when it is back, so is the read."""
    async with own_postgres() as server:
        await migrate(server.url)
        storage = SqlStorage(open_engine(server.url, response_timeout_s=0.3), base=RUB)
        await register(storage)
        assert await storage.find_customer(ALICE) is not None
        server.pause()
        with pytest.raises(StorageUnavailable, match="no answer"):
            await storage.find_customer(ALICE)
        server.resume()
        assert await storage.find_customer(ALICE) is not None
        await server.kill9()
        with pytest.raises(StorageUnavailable):
            await storage.find_customer(ALICE)
        await server.restart()
        assert await storage.find_customer(ALICE) is not None
        await storage.close()


async def test_a_server_that_is_not_there_is_unavailable(postgres_url: str) -> None:
    """A missing server, a missing database, a wrong password; and the URL isn't shown."""
    url = make_url(postgres_url)
    for stranger in (url.set(port=free_port()), url.set(database="no_such_place"), url.set(password="hunter2")):
        storage = SqlStorage(open_engine(stranger.render_as_string(hide_password=False)), base=RUB)
        with pytest.raises(StorageUnavailable) as raised:
            await storage.find_customer(ALICE)
        assert not [word for word in ("hunter2", "no_such_place") if word in str(raised.value)]
        await storage.close()
