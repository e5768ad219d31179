"""The way to Redis: short patience, no retries, nothing that a server of version 6.2 doesn't know."""

from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_TIMEOUT_S = 0.05
MOST_CONNECTIONS = 32


def redis_client(url: str, database: int | None = None, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> Redis:
    """A client for *url* (`redis://`, `rediss://` or `unix://`) that connects when first used.

    *database* takes the place of the one in the address. Answers come as bytes, so that undecodable ones are
    ours to judge. Raises ValueError for an address that isn't one.
    """
    options: dict[str, Any] = dict(parse_url(url))
    if database is not None:
        options["db"] = database
    options |= {
        "decode_responses": False,
        "protocol": 2,
        "driver_info": None,
        "socket_connect_timeout": connect_timeout_s,
        # Only the door waits for an answer, and it ends the waiting.
        "socket_timeout": None,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 0,
        # More than that many at once wait for their turn, within the door's patience.
        "max_connections": MOST_CONNECTIONS,
        "timeout": None,
    }
    # A client made so closes its pool with itself.
    return Redis.from_pool(BlockingConnectionPool(**options))


def database_after(url: str, steps: int) -> int:
    """The number of the database *steps* after the one in *url*, to keep different things apart in one server."""
    return int(parse_url(url).get("db", 0)) + steps


async def command(redis: Redis, *words: str | bytes | int) -> object:
    """What the server answers to *words*. Raises whatever the client does."""
    # The client gives this method no types.
    send: Callable[..., Awaitable[object]] = redis.execute_command
    return await send(*words)
