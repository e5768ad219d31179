"""Deletes what Redis still knows of a database that isn't the shop's any more."""

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

from orbit_adapters.redis.connection import redis_client

_AT_ONCE = 500
_CONNECT_TIMEOUT_S = 3.0
_PATIENCE_S = 60.0


async def forget(url: str, patterns: tuple[str, ...]) -> int | None:
    """Delete the keys that match one of *patterns* in the Redis at *url*; how many. None: it couldn't be done."""
    client = redis_client(url, _CONNECT_TIMEOUT_S)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return sum([await _forget(client, pattern) for pattern in patterns])
    except (RedisError, OSError):  # TimeoutError is an OSError.
        return None
    finally:
        await client.aclose()


async def _forget(client: Redis, pattern: str) -> int:
    deleted, batch = 0, []
    async for name in client.scan_iter(match=pattern, count=_AT_ONCE):
        batch.append(name)
        if len(batch) == _AT_ONCE:
            deleted += await client.unlink(*batch)
            batch.clear()
    return deleted + (await client.unlink(*batch) if batch else 0)
