"""After a restore Redis must not tell of the database that was."""

from orbit_adapters.redis.connection import redis_client
from orbit_adapters.redis.forgetting import forget


async def test_what_is_named_is_forgotten(redis_url: str) -> None:
    """Every key of the patterns, more than one batch of them, and no other; without Redis that is said."""
    client = redis_client(redis_url)
    customers = {f"user:{number}:customer": b"1" for number in range(501)}
    await client.mset({**customers, "fsm:7:1:1::::state": b"1", "fsm:70:1:1::::state": b"1", "marzban:1:nodes": b"1"})
    assert await forget(redis_url, ("user:*", "fsm:7:*", "slot:*")) == 502
    assert sorted(await client.keys()) == [b"fsm:70:1:1::::state", b"marzban:1:nodes"]
    await client.aclose()
    assert await forget("redis://127.0.0.1:9/0", ("user:*",)) is None
