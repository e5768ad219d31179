"""A process that dies at a chosen call: its connections are cut as a kernel cuts them, and it says nothing more."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support.crashing import Crash

_BUDGET: ContextVar["CrashBudget | None"] = ContextVar("crash_budget", default=None)


class CrashBudget:
    """Counts one process's calls: every statement, every commit (before, in the air, after), every outside call.

    It dies at the call number *fatal*; 0 means that it lives on. At the call number *meeting* it calls `meet`
    first, so that others can begin at exactly that moment. Once dead, each further call is its last again.
    `cut` are the server's processes that were serving it when it died: they notice it in their own time.
    """

    def __init__(self, fatal: int = 0, meeting: int = 0, meet: Callable[[], object] | None = None) -> None:
        self.passed = 0
        self.dead = False
        self.open: set[Connection] = set()
        self.cut: list[int] = []
        self._fatal = fatal
        self._meeting = meeting
        self._meet = meet

    async def live(self, act: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        """Let *act* be done in this life; whether the process died of it.

        What a dying process still says is heard by nobody, and tasks it leaves behind die at their next call.
        """
        context = copy_context()
        context.run(_BUDGET.set, self)
        (end,) = await asyncio.gather(asyncio.create_task(act(), context=context), return_exceptions=True)
        if isinstance(end, BaseException) and not self.dead:
            raise end
        return self.dead

    def is_last(self) -> bool:
        """Count one call; whether the process dies in it."""
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
            self.cut.append(driver.get_server_pid())
            driver.terminate()
            connection.invalidate()
        raise Crash(self.passed)


class Moments:
    """The port `Moments` for whichever life the calling task belongs to; tasks without one are immortal."""

    async def moment(self) -> None:
        """A call that is no statement: it was never made, or its answer was never heard."""
        _pass()


def watch(engine: AsyncEngine) -> None:
    """Let every statement and every commit on *engine* be a call of the life it is sent in.

    What lies idle in the pool when a process dies holds nothing, so its successor may find it there.
    """
    for name, listener in (
        ("begin", _begun),
        ("before_cursor_execute", _sending),
        ("commit", _committing),
        ("rollback", _ended),
    ):
        event.listen(engine.sync_engine, name, listener)


def _pass() -> None:
    life = _BUDGET.get()
    if life is not None and life.is_last():
        life.end()


def _begun(connection: Connection) -> None:
    if (life := _BUDGET.get()) is not None:
        life.open.add(connection)


def _ended(connection: Connection) -> None:
    if (life := _BUDGET.get()) is not None:
        life.open.discard(connection)


def _sending(*_: object) -> None:
    _pass()


def _committing(connection: Connection) -> None:
    life = _BUDGET.get()
    if life is None:
        return
    was_dead = life.dead
    if life.is_last():
        if not was_dead:
            _send_and_leave(_driver(connection).execute("COMMIT"))
        life.end()
    life.open.discard(connection)


def _driver(connection: Connection) -> Any:
    """The asyncpg connection below."""
    return connection.connection.driver_connection


def _send_and_leave(call: Coroutine[Any, Any, Any]) -> None:
    """Let *call* write to the socket, and don't wait: the server does it, or not, when nobody is there any more."""
    answer = call.send(None)
    answer.add_done_callback(asyncio.Future.exception)  # That the connection is gone is no news.
    call.close()
