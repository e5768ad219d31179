"""The worker's ear at the broker: it never stops listening for long, whatever happens to Redis."""

import asyncio
from contextlib import suppress

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.sleep import sleep_or_stop

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0

log = structlog.get_logger()


async def consume(broker: RedisStreamBroker, stop: asyncio.Event) -> None:
    """Do what *broker* hands out until *stop*, connecting again, after growing pauses, whenever Redis is lost.

    The sweeps go on meanwhile. After a flush the stream is made anew.
    """
    failures = 0
    while not stop.is_set():
        begun = asyncio.get_running_loop().time()
        try:
            await broker.startup()
            receiver = Receiver(broker, max_async_tasks=2 * len(JobName), run_startup=False, validate_params=False)
            await receiver.listen(stop)
        except Exception as error:  # Redis, the network, or what somebody wrote into the stream
            lasted_s = asyncio.get_running_loop().time() - begun
            failures = 1 if lasted_s > _LONGEST_PAUSE_S else failures + 1
            reason = _first_of(error)
            # The error's words may hold the address and with it the password.
            log.warning("broker_lost", error=type(reason).__name__, failures=failures)
            if "WRONGTYPE" in str(reason):
                await _throw_away(broker)
            await sleep_or_stop(min(_FIRST_PAUSE_S * 2**failures, _LONGEST_PAUSE_S), stop)


async def _throw_away(broker: RedisStreamBroker) -> None:
    """Somebody keeps something else under the stream's name. If it can't be removed, the next round tries again."""
    with suppress(RedisError):
        async with Redis(connection_pool=broker.connection_pool) as redis:
            await redis.unlink(broker.queue_name)


def _first_of(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
