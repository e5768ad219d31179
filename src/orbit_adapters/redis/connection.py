"""Connections to Redis and the encoding of values: short timeouts, no retries, no command newer than Redis 6.2."""

from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_TIMEOUT_S = 0.05
MAX_CONNECTIONS = 32
_VALUE_PREFIX = b"orbit1\n"
MAX_VALUE_BYTES = 1 << 20
"""A longer value isn't one of Orbit's: it is treated as corrupt."""


def redis_client(url: str, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> Redis:
    """A client for *url* (`redis://`, `rediss://` or `unix://`) that connects when first used.

    Answers come as bytes, so that undecodable ones are handled here. Raises ValueError for an invalid address.
    """
    options: dict[str, Any] = dict(parse_url(url))
    options |= {
        "decode_responses": False,
        "protocol": 2,
        "driver_info": None,
        "socket_connect_timeout": connect_timeout_s,
        # ResilientRedis has the only timeout for an answer.
        "socket_timeout": None,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 0,
        # More calls than that at once wait for a connection, within the timeout of ResilientRedis.
        "max_connections": MAX_CONNECTIONS,
        "timeout": None,
    }
    # A client created this way closes its pool.
    return Redis.from_pool(BlockingConnectionPool(**options))


def encode(text: str) -> bytes:
    """*text* as it is stored; every Python string round-trips, lone surrogates included."""
    return _VALUE_PREFIX + encode_key(text)


def decode(held: bytes) -> str:
    """The text that `encode` made into *held*. Raises ValueError for anything else."""
    if not held.startswith(_VALUE_PREFIX) or len(held) > MAX_VALUE_BYTES:
        raise ValueError("not a value of Orbit")
    return held.removeprefix(_VALUE_PREFIX).decode("utf-8", "surrogatepass")


def encode_key(key: str) -> bytes:
    """*key* as bytes for Redis."""
    return key.encode("utf-8", "surrogatepass")
