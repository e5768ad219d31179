"""The broker on Redis Streams. It connects again whenever Redis is lost."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from taskiq import TaskiqMessage, TaskiqMiddleware
from taskiq.exceptions import SendTaskError
from taskiq.kicker import AsyncKicker
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from orbit_adapters.tracing.request_id import request_id, set_request_id, well_formed
from orbit_entry.runtime.periodic_job import JobName, RunJob
from orbit_entry.runtime.signals import sleep_or_stop

STREAM = "orbit:work"
_CAUSE = "cause"
_GROUP = "workers"
_MAX_WAITING = 1_000
_BLOCK_MS = 1_000
_ANSWER_S = 5.0
_CONNECT_S = 1.0
_ABANDONED_MS = 60_000
_LOCK_S = 5.0
_FIRST_PAUSE_S = 0.1
_MAX_PAUSE_S = 5.0

log = structlog.get_logger()


class _BindCause(TaskiqMiddleware):
    """Whoever runs what a message asks for knows which piece of work has sent it. Older versions send no cause."""

    def pre_execute(self, message: TaskiqMessage) -> TaskiqMessage:
        """Bind the cause in the task that handles *message*."""
        cause = well_formed(str(message.labels.get(_CAUSE, "")))
        if cause is not None:
            set_request_id(cause)
        return message


class RedisBroker:
    """Messages wait in a stream; each is handed out to one worker, and to another one if that dies with it."""

    def __init__(self, redis_url: str) -> None:
        self.stream = RedisStreamBroker(
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
        ).with_middlewares(_BindCause())

    def register(self, job: JobName, run: RunJob) -> None:
        """From now on *run* is what this process does for a message about *job*."""

        async def run_job(urgent: bool) -> None:
            await run(urgent)

        self.stream.register_task(run_job, task_name=job.value)

    async def send(self, job: JobName, *, urgent: bool) -> bool:
        """Ask for a run of *job*. Raises SendTaskError when Redis is lost."""
        cause = request_id()
        kicker: AsyncKicker[[bool], Any] = AsyncKicker(job.value, self.stream, {_CAUSE: cause} if cause else {})
        try:
            await kicker.kiq(urgent)
        except SendTaskError as error:
            if isinstance(error.__cause__, ResponseError):
                return False  # Redis answers, but the stream is unusable.
            raise
        return True

    async def consume(self, stop: asyncio.Event) -> None:
        """Run what is handed out to this process, until *stop* is set.

        When Redis is lost, it connects again after a pause that grows; the sweeps go on meanwhile. After a flush of
        Redis it creates the stream again.
        """
        failures = 0
        while not stop.is_set():
            started = asyncio.get_running_loop().time()
            try:
                await self.stream.startup()
                maximum = 2 * len(JobName)
                receiver = Receiver(self.stream, max_async_tasks=maximum, run_startup=False, validate_params=False)
                await receiver.listen(stop)
            except Exception as error:  # Redis, the network, or a foreign message in the stream
                lasted_s = asyncio.get_running_loop().time() - started
                failures = 1 if lasted_s > _MAX_PAUSE_S else failures + 1
                cause = _first_of(error)
                # The error's text may hold the address and with it the password.
                log.warning("broker_lost", error=type(cause).__name__, failures=failures)
                if "WRONGTYPE" in str(cause):
                    await self._remove_foreign_value()
                await sleep_or_stop(min(_FIRST_PAUSE_S * 2**failures, _MAX_PAUSE_S), stop)

    async def close(self) -> None:
        """Close the connections."""
        await self.stream.shutdown()

    async def _remove_foreign_value(self) -> None:
        """Remove a value of another type under the stream's name. If that fails, the next round tries again."""
        with suppress(RedisError):
            async with Redis(connection_pool=self.stream.connection_pool) as redis:
                await redis.unlink(self.stream.queue_name)


def _first_of(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
