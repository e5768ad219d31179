"""The Redis of the tests: real, stoppable, and empty for each of them."""

import asyncio

import pytest
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as NotConnected

from tests.support.servers.opening import GivenServer, empty, open_redis
from tests.support.servers.redis_server import RedisServer, client
from tests.support.servers.server_discovery import REDIS, NoServer
from tests.support.servers.watchdog import ServerFailed


async def test_the_sessions_server_is_new_enough(redis_server: RedisServer | GivenServer) -> None:
    """What the tests say about Redis they say about a version that Orbit supports."""
    async with client(redis_server.url) as redis:
        version = (await redis.info("server"))["redis_version"]
    assert tuple(map(int, version.split(".")[:2])) >= REDIS.minimum


async def test_each_installation_starts_with_its_version(each_redis: RedisServer) -> None:
    """Every Redis of this machine starts with the version it was chosen for and keeps nothing on disk."""
    async with client(each_redis.url) as redis:
        version = (await redis.info("server"))["redis_version"]
        assert tuple(map(int, version.split(".")[:2])) == each_redis.installation.version
        assert await redis.config_get("save") == {"save": ""}
        assert await redis.config_get("appendonly") == {"appendonly": "no"}


async def test_it_wants_its_password(each_redis: RedisServer) -> None:
    """No other user of this machine can use it."""
    nameless = f"redis://{each_redis.url.partition('@')[2]}"
    async with client(nameless) as redis:
        with pytest.raises(AuthenticationError):
            await redis.ping()


@pytest.mark.parametrize("run", [1, 2])
async def test_each_test_finds_it_empty(redis_url: str, run: int) -> None:
    """What a test leaves behind is gone before the next one."""
    async with client(redis_url) as redis:
        assert await redis.dbsize() == 0
        await redis.set("left behind by run", run)


async def test_a_stopped_server_comes_back_empty_on_its_address(spare_redis: RedisServer) -> None:
    """While it is stopped connections are refused; afterwards the same address works again, without the keys."""
    address = spare_redis.url
    async with client(address) as redis:
        await redis.set("key", "value")
    await spare_redis.stop()
    async with client(address) as redis:
        with pytest.raises(NotConnected):
            await redis.ping()
    await spare_redis.start()
    assert spare_redis.url == address
    async with client(address) as redis:
        assert await redis.get("key") is None


async def test_a_paused_server_hangs_and_then_answers(spare_redis: RedisServer) -> None:
    """During a pause a command gets no answer and no error; afterwards it is answered."""
    async with client(spare_redis.url) as redis:
        await redis.ping()
        spare_redis.pause()
        command = asyncio.ensure_future(redis.ping())
        done, _ = await asyncio.wait({command}, timeout=0.2)
        assert not done
        spare_redis.resume()
        assert await command


async def test_a_paused_server_can_be_stopped(spare_redis: RedisServer) -> None:
    """A test that fails during a pause leaves no process behind."""
    spare_redis.pause()
    await spare_redis.stop()
    assert spare_redis.pid == 0


async def test_only_our_own_server_is_emptied(spare_redis: RedisServer) -> None:
    """When another server took the port of ours meanwhile, the flush is refused and that one keeps its keys."""
    await spare_redis.stop()
    port = int(spare_redis.url.rpartition(":")[2].partition("/")[0])
    async with RedisServer(spare_redis.installation, port=port) as other, client(other.url) as redis:
        await redis.set("precious", "1")
        with pytest.raises(ServerFailed, match="isn't ours"):
            await spare_redis.flush()
        assert await redis.get("precious") == "1"


async def test_an_offered_server_loses_one_database_only(spare_redis: RedisServer) -> None:
    """On a server that runs already, the database that was named is emptied and the others aren't."""
    neighbour = spare_redis.url.removesuffix("/0") + "/1"
    async with client(spare_redis.url) as here, client(neighbour) as there:
        await here.set("ours", "1")
        await there.set("theirs", "1")
        await empty(GivenServer(spare_redis.url))
        assert (await here.dbsize(), await there.dbsize()) == (0, 1)


async def test_an_offered_database_with_keys_is_refused(
    spare_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Redis database that is in use, named by mistake, is refused and loses nothing."""
    monkeypatch.setenv(REDIS.variable, spare_redis.url)
    async with client(spare_redis.url) as redis:
        async with open_redis() as offered:
            assert offered == GivenServer(spare_redis.url)
        await redis.set("precious", "1")
        with pytest.raises(NoServer, match="holds 1 keys"):
            async with open_redis():
                pass
        assert await redis.get("precious") == "1"
