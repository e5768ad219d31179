"""`orbit doctor` says what is wrong with Redis, and how to mend it, without its password."""

import pytest
from pydantic import SecretStr

from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.doctor.redis import look_at_redis
from tests.support.servers.redis_server import RedisServer, client


def _bad(findings: tuple[CheckResult, ...]) -> dict[str, str]:
    return {one.about: one.remedy for one in findings if not one.ok}


async def test_a_good_redis_is_praised(redis_url: str) -> None:
    """Its version is named, and nothing needs attention."""
    findings = await look_at_redis(SecretStr(redis_url))
    assert [one.about for one in findings] == ["redis", "redis policy"]
    assert _bad(tuple(findings)) == {}


async def test_no_redis_is_no_fault() -> None:
    """A shop without Redis is told what that means."""
    (finding,) = await look_at_redis(None)
    assert finding.ok
    assert "live in the process" in finding.seen


async def test_a_redis_that_forgets_is_found(breakable: RedisServer) -> None:
    """A server that throws keys away when it is full is named, with the setting that ends it."""
    async with client(breakable.url) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
    findings = await look_at_redis(SecretStr(breakable.url))
    assert _bad(tuple(findings)) == {"redis policy": "set maxmemory-policy noeviction"}


@pytest.mark.parametrize("how", ["stopped", "silent", "no server"])
async def test_a_redis_that_is_away_is_found(breakable: RedisServer, how: str) -> None:
    """Whether it is stopped, hangs, or never was: the remedy is said and the password isn't."""
    url = breakable.url
    if how == "stopped":
        await breakable.stop()
    elif how == "silent":
        breakable.pause()
    else:
        url = "redis://:a-planted-canary@127.0.0.1:9/0"
    (finding,) = await look_at_redis(SecretStr(url))
    assert not finding.ok
    assert "REDIS_URL" in finding.remedy
    assert "canary" not in finding.seen
    assert "@" not in finding.seen
