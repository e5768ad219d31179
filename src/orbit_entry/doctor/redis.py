"""The doctor's check of Redis."""

import asyncio
from collections.abc import Sequence

from pydantic import SecretStr
from redis.exceptions import RedisError

from orbit_adapters.redis.connection import redis_client
from orbit_entry.doctor.check_result import CheckResult

MIN_VERSION = (6, 2)
_LIMIT_S = 2.0


async def check_redis(url: SecretStr | None) -> Sequence[CheckResult]:
    """Whether Redis answers, is new enough, and evicts nothing."""
    if url is None:
        return (CheckResult("redis", True, "not set: dialogs, limits and the cache are kept in the process"),)
    redis = redis_client(url.get_secret_value(), connect_timeout_s=_LIMIT_S)
    try:
        async with asyncio.timeout(_LIMIT_S):
            server, memory = await redis.info("server"), await redis.info("memory")
    except (RedisError, OSError, TimeoutError) as error:
        # The error's text may hold the address and with it the password.
        seen = f"doesn't answer ({type(error).__name__}); the shop goes on without it, slower"
        return (CheckResult("redis", False, seen, "check REDIS_URL and that the server is up"),)
    finally:
        await redis.aclose()
    version = str(server["redis_version"])
    policy = str(memory.get("maxmemory_policy", "unknown"))
    is_new = tuple(int(part) for part in version.split(".")[:2]) >= MIN_VERSION
    return (
        CheckResult("redis", is_new, f"version {version}", "6.2 or newer is needed"),
        CheckResult("redis policy", policy == "noeviction", policy, "set maxmemory-policy noeviction"),
    )
