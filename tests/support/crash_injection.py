"""A process that crashes at a chosen call: its connections are cut as a kernel cuts them, and it calls nothing more.

In memory the hook `CrashHook` counts the calls to ports (`port_hooks.with_hook`). On PostgreSQL `watch` counts every
statement and commit of an engine as well.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

# After so many minutes every lease of a crashed process has run out.
LEASES_OVER_MIN = 3

_BUDGET: ContextVar["CrashBudget | None"] = ContextVar("crash_budget", default=None)


class Crash(BaseException):
    """The process is gone. Only the test may catch it."""


class CrashBudget:
    """Counts the calls of one process: to ports, and each statement and commit (before, in the air, after).

    The process crashes at the call number *fatal*; 0: it doesn't. At the call number *meeting* `meet` is called
    first, so that other processes can begin at exactly that call. Once dead, every further call crashes again.
    `cut_pids` are the server's processes that served it when it crashed: they notice it in their own time.
    """

    def __init__(self, fatal: int = 0, meeting: int = 0, meet: Callable[[], object] | None = None) -> None:
        self.passed = 0
        self.dead = False
        self.open: set[Connection] = set()
        self.cut_pids: list[int] = []
        self._fatal = fatal
        self._meeting = meeting
        self._meet = meet

    async def live(self, act: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        """Run *act* as this process; whether the process crashed in it.

        What a crashed process still raises is dropped. The tasks that it leaves behind crash at their next call.
        """
        context = copy_context()
        context.run(_BUDGET.set, self)
        (end,) = await asyncio.gather(asyncio.create_task(act(), context=context), return_exceptions=True)
        if isinstance(end, BaseException) and not self.dead:
            raise end
        return self.dead

    def is_last(self) -> bool:
        """Count one call; whether the process crashes in it."""
        self.passed += 1
        if self.passed == self._meeting and self._meet is not None:
            self._meet()
        return self.dead or self.passed == self._fatal

    def end(self) -> None:
        """Cut every connection that is inside a transaction. Raises Crash."""
        self.dead = True
        while self.open:
            connection = self.open.pop()
            driver = _driver(connection)
            self.cut_pids.append(driver.get_server_pid())
            driver.terminate()
            connection.invalidate()
        raise Crash(self.passed)


class CrashHook:
    """The `CallHook` of the process that the calling task belongs to. Tasks without a budget never crash."""

    async def on_call(self) -> None:
        """Count a call that is no statement."""
        _count()


def watch(engine: AsyncEngine) -> None:
    """Count every statement and every commit on *engine* as a call of the process that sends it.

    A connection that is idle in the pool when a process crashes holds nothing, so the next process may use it.
    """
    for name, listener in (
        ("begin", _begun),
        ("before_cursor_execute", _sending),
        ("commit", _committing),
        ("rollback", _ended),
    ):
        event.listen(engine.sync_engine, name, listener)


def _count() -> None:
    budget = _BUDGET.get()
    if budget is not None and budget.is_last():
        budget.end()


def _begun(connection: Connection) -> None:
    if (budget := _BUDGET.get()) is not None:
        budget.open.add(connection)


def _ended(connection: Connection) -> None:
    if (budget := _BUDGET.get()) is not None:
        budget.open.discard(connection)


def _sending(*_: object) -> None:
    _count()


def _committing(connection: Connection) -> None:
    budget = _BUDGET.get()
    if budget is None:
        return
    was_dead = budget.dead
    if budget.is_last():
        if not was_dead:
            _send_without_waiting(_driver(connection).execute("COMMIT"))
        budget.end()
    budget.open.discard(connection)


def _driver(connection: Connection) -> Any:
    """The asyncpg connection below."""
    return connection.connection.driver_connection


def _send_without_waiting(call: Coroutine[Any, Any, Any]) -> None:
    """Let *call* write to the socket, and don't wait: the server executes it, or not, after the client is gone."""
    answer = call.send(None)
    answer.add_done_callback(asyncio.Future.exception)  # The lost connection is expected.
    call.close()
