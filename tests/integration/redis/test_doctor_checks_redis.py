"""`orbit doctor` says what is wrong with Redis, and how to fix it, without its password."""

import pytest
from pydantic import SecretStr

from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.doctor.redis import check_redis
from tests.support.servers.redis_server import RedisServer, client


def _bad(findings: tuple[CheckResult, ...]) -> dict[str, str]:
    return {one.about: one.remedy for one in findings if not one.ok}


async def test_a_good_redis_is_ok(redis_url: str) -> None:
    """Its version is named, and nothing needs attention."""
    findings = await check_redis(SecretStr(redis_url))
    assert [one.about for one in findings] == ["redis", "redis policy"]
    assert _bad(tuple(findings)) == {}


async def test_no_redis_is_no_fault() -> None:
    """A shop without Redis is told the consequences."""
    (finding,) = await check_redis(None)
    assert finding.ok
    assert "kept in the process" in finding.seen


async def test_a_redis_that_evicts_keys_is_found(breakable: RedisServer) -> None:
    """A server that evicts keys when it is full is reported, with the setting that prevents it."""
    async with client(breakable.url) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
    findings = await check_redis(SecretStr(breakable.url))
    assert _bad(tuple(findings)) == {"redis policy": "set maxmemory-policy noeviction"}


@pytest.mark.parametrize("how", ["stopped", "silent", "no server"])
async def test_an_unreachable_redis_is_found(breakable: RedisServer, how: str) -> None:
    """Stopped, hanging or nonexistent: the remedy is shown and the password isn't."""
    url = breakable.url
    if how == "stopped":
        await breakable.stop()
    elif how == "silent":
        breakable.pause()
    else:
        url = "redis://:a-planted-canary@127.0.0.1:9/0"
    (finding,) = await check_redis(SecretStr(url))
    assert not finding.ok
    assert "REDIS_URL" in finding.remedy
    assert "canary" not in finding.seen
    assert "@" not in finding.seen
