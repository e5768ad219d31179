"""How processes wake each other: Redis Streams where Redis is configured, the process itself otherwise.

A message only asks for a run of a job. The tables say what is due, so every message may be lost, repeated or
late (docs/decisions/0010).
"""

from taskiq import AsyncBroker, InMemoryBroker
from taskiq_redis import RedisStreamBroker

STREAM = "orbit:work"
_GROUP = "workers"
_MAX_WAITING = 1_000
_BLOCK_MS = 1_000
_ANSWER_S = 5.0
_CONNECT_S = 1.0
_ABANDONED_MS = 60_000
_LOCK_S = 5.0


def open_broker(redis_url: str | None) -> AsyncBroker:
    """Return a broker on the Redis at *redis_url*, or one within this process. It isn't connected yet."""
    if redis_url is None:
        return InMemoryBroker()
    return RedisStreamBroker(
        redis_url,
        queue_name=STREAM,
        consumer_group_name=_GROUP,
        consumer_id="0",
        maxlen=_MAX_WAITING,
        xread_block=_BLOCK_MS,
        # A message that a dead worker took and didn't acknowledge goes to another worker after that time.
        idle_timeout=_ABANDONED_MS,
        unacknowledged_lock_timeout=_LOCK_S,
        socket_timeout=_ANSWER_S,
        socket_connect_timeout=_CONNECT_S,
        protocol=2,
    )
