"""Reads work signals from the broker, and connects again whenever Redis is lost."""

import asyncio
from contextlib import suppress

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from orbit_entry.runtime.periodic_job import JobName
from orbit_entry.runtime.signals import sleep_or_stop

_FIRST_PAUSE_S = 0.1
_MAX_PAUSE_S = 5.0

log = structlog.get_logger()


async def consume(broker: RedisStreamBroker, stop: asyncio.Event) -> None:
    """Run the tasks that *broker* hands out, until *stop* is set.

    When Redis is lost, it connects again after a pause that grows; the sweeps go on meanwhile. After a flush of
    Redis it creates the stream again.
    """
    failures = 0
    while not stop.is_set():
        started = asyncio.get_running_loop().time()
        try:
            await broker.startup()
            receiver = Receiver(broker, max_async_tasks=2 * len(JobName), run_startup=False, validate_params=False)
            await receiver.listen(stop)
        except Exception as error:  # Redis, the network, or a foreign message in the stream
            lasted_s = asyncio.get_running_loop().time() - started
            failures = 1 if lasted_s > _MAX_PAUSE_S else failures + 1
            cause = _first_of(error)
            # The error's text may hold the address and with it the password.
            log.warning("broker_lost", error=type(cause).__name__, failures=failures)
            if "WRONGTYPE" in str(cause):
                await _remove_foreign_value(broker)
            await sleep_or_stop(min(_FIRST_PAUSE_S * 2**failures, _MAX_PAUSE_S), stop)


async def _remove_foreign_value(broker: RedisStreamBroker) -> None:
    """Remove a value of another type under the stream's name. If that fails, the next round tries again."""
    with suppress(RedisError):
        async with Redis(connection_pool=broker.connection_pool) as redis:
            await redis.unlink(broker.queue_name)


def _first_of(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
