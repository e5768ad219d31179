"""How processes wake each other: Redis Streams where Redis is configured, the process itself otherwise.

A message only asks for a run of a job. The tables say what is due, so every message may be lost, repeated or
late (docs/decisions/0010).
"""

import asyncio
from typing import Protocol

from orbit_entry.runtime.periodic_job import JobName, RunJob


class Broker(Protocol):
    """Takes messages, and hands them out to this process or another one."""

    def register(self, job: JobName, run: RunJob) -> None:
        """From now on *run* is what this process does for a message about *job*."""

    async def send(self, job: JobName, *, urgent: bool) -> bool:
        """Ask for a run of *job*. False: no worker can have got it. It may raise what a lost connection raises."""

    async def consume(self, stop: asyncio.Event) -> None:
        """Run what is handed out to this process, until *stop* is set."""

    async def close(self) -> None:
        """Close the connections."""


class LocalBroker:
    """A broker within this process."""

    def __init__(self) -> None:
        self._runs: dict[JobName, RunJob] = {}
        self._running: set[asyncio.Task[None]] = set()

    def register(self, job: JobName, run: RunJob) -> None:
        """From now on *run* is what a message about *job* begins."""
        self._runs[job] = run

    async def send(self, job: JobName, *, urgent: bool) -> bool:
        """Begin a run of *job*. False: this process has no worker."""
        if job not in self._runs:
            return False
        task = asyncio.ensure_future(self._runs[job](urgent))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def consume(self, stop: asyncio.Event) -> None:
        """Nothing to do: what is sent has begun."""

    async def close(self) -> None:
        """Nothing to close."""


def open_broker(redis_url: str | None) -> Broker:
    """Return a broker on the Redis at *redis_url*, or one within this process. It isn't connected yet."""
    if redis_url is None:
        return LocalBroker()
    # taskiq and redis are loaded where they are used.
    from orbit_entry.runtime.redis_broker import RedisBroker

    return RedisBroker(redis_url)
