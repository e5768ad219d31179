"""How long an engine's statements take, with and without the way to the database and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

_WAYS = 200


@dataclass(slots=True)
class DatabaseTime:
    """The sum over all statements, from when one is sent until its answer is there, and how many there were.

    `cpu_s` is this process's time meanwhile: with SQLite the database's own.
    """

    total_s: float = 0.0
    cpu_s: float = 0.0
    statements: int = 0
    _began: dict[int, tuple[float, float]] = field(default_factory=dict)

    def begin(self, _connection: Any, cursor: Any, *_statement: Any) -> None:
        """A statement is sent."""
        self._began[id(cursor)] = perf_counter(), process_time()

    def end(self, _connection: Any, cursor: Any, *_statement: Any) -> None:
        """Its answer is there."""
        began, began_cpu = self._began.pop(id(cursor))
        self.total_s += perf_counter() - began
        self.cpu_s += process_time() - began_cpu
        self.statements += 1


@contextmanager
def database_time(engine: AsyncEngine) -> Iterator[DatabaseTime]:
    """Measure what *engine* sends inside the block."""
    time = DatabaseTime()
    listeners = (("before_cursor_execute", time.begin), ("after_cursor_execute", time.end))
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield time
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)


async def way_there_and_back_s(engine: AsyncEngine) -> float:
    """What a statement takes that asks for nothing: half of many take no longer."""
    took = []
    async with engine.connect() as connection:
        for _ in range(_WAYS):
            with database_time(engine) as time:
                await connection.execute(text("SELECT 1"))
            took.append(time.total_s / time.statements)
    return median(took)
