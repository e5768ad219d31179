"""Open the servers that tests use: those of the machine or of the environment."""

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from tests.support.servers.containers import ContainerFailed, engine_answers, postgres_container, redis_container
from tests.support.servers.databases import fetch_value
from tests.support.servers.installations import postgres_installations, redis_installations
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.redis_server import RedisServer, client
from tests.support.servers.server_discovery import (
    POSTGRES,
    REDIS,
    Address,
    Engine,
    Installation,
    Kind,
    NoServer,
    choose,
    choose_installation,
    dotted,
)

_Server = TypeVar("_Server", PostgresServer, RedisServer)


@dataclass(frozen=True, slots=True)
class GivenServer:
    """A server that isn't our child: it can be used, but not killed."""

    url: str


def own_postgres(*, durable: bool = False, **settings: str) -> PostgresServer:
    """A PostgreSQL that the caller starts and may kill, whatever the environment offers. Raises NoServer."""
    found = choose_installation(POSTGRES, postgres_installations())
    return PostgresServer(found, durable=durable, settings=settings)


def own_redis() -> RedisServer:
    """A Redis that the caller starts and may pause or stop, whatever the environment offers. Raises NoServer."""
    return RedisServer(choose_installation(REDIS, redis_installations()))


@asynccontextmanager
async def open_postgres() -> AsyncIterator[PostgresServer | GivenServer]:
    """The PostgreSQL that this machine offers first. Raises NoServer."""
    async with _opened(POSTGRES, postgres_installations(), PostgresServer, postgres_container) as server:
        if isinstance(server, GivenServer):
            version = int(await fetch_value(server.url, "SELECT current_setting('server_version_num')::int"))
            _check_version(POSTGRES, (version // 10_000, version % 10_000))
        yield server


@asynccontextmanager
async def open_redis() -> AsyncIterator[RedisServer | GivenServer]:
    """The Redis that this machine offers first, empty. Raises NoServer, also when a given one holds keys."""
    async with _opened(REDIS, redis_installations(), RedisServer, redis_container) as server:
        if isinstance(server, GivenServer):
            async with client(server.url) as redis:
                version = str((await redis.info("server"))["redis_version"]).split(".")
                held = await redis.dbsize()
            _check_version(REDIS, (int(version[0]), int(version[1])))
            if held:
                raise NoServer(
                    f"The Redis database of {REDIS.variable} holds {held} keys, and the tests would remove them. "
                    "Nothing was changed.\nNext: name an empty one (…/15, for example), or empty it with FLUSHDB."
                )
        yield server


async def empty(server: RedisServer | GivenServer) -> None:
    """Remove every key: of the whole server when it is ours, else of the one database that was offered."""
    if isinstance(server, RedisServer):
        await server.flush()
        return
    async with client(server.url) as redis:
        await redis.flushdb()


@asynccontextmanager
async def _opened(
    kind: Kind,
    installations: Iterable[Installation],
    own: Callable[[Installation], _Server],
    container: Callable[[], AbstractContextManager[str]],
) -> AsyncIterator[_Server | GivenServer]:
    source = choose(kind, os.environ, engine_answers, installations)
    async with AsyncExitStack() as closing:
        if isinstance(source, Engine):
            try:
                source = Address(closing.enter_context(container()))
            except ContainerFailed as error:
                source = _without_docker(kind, installations, error)
        if isinstance(source, Address):
            yield GivenServer(source.url)
        else:
            yield await closing.enter_async_context(own(source))


def _without_docker(kind: Kind, installations: Iterable[Installation], error: ContainerFailed) -> Installation:
    """An installation instead, when the engine has no image and can't fetch one. Raises NoServer."""
    try:
        return choose_installation(kind, installations)
    except NoServer as none_found:
        raise NoServer(f"{error}\n{none_found}") from error


def _check_version(kind: Kind, version: tuple[int, int]) -> None:
    if version < kind.minimum:
        raise NoServer(
            f"The {kind.name} of {kind.variable} has version {dotted(version)}; Orbit needs {dotted(kind.minimum)}. "
            f"Next: name a newer one, or unset {kind.variable} and the tests look for one themselves."
        )
