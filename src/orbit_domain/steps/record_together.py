"""Records what tasks side by side have found out: all that has come meanwhile in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from orbit_domain.storage import Storage, StorageBusy, StorageUnavailable, Transaction, transact

Fact = TypeVar("Fact")
Record = Callable[[Transaction, Sequence[Fact]], Awaitable[Sequence[bool]]]
"""Records facts in the transaction, and says of each whether it counts."""


async def record_together(storage: Storage, record: Record[Fact], facts: Sequence[Fact]) -> list[bool | Exception]:
    """Record all of *facts* at once; each alone when that fails, so that one which can't be stops no other.

    Says of each whether it counts, or why it couldn't be recorded. Raises StorageBusy and StorageUnavailable.
    """
    try:
        return list(await transact(storage, lambda tx: record(tx, facts)))
    except (StorageBusy, StorageUnavailable):
        raise
    except Exception as error:
        if len(facts) == 1:
            return [error]
    return [end for fact in facts for end in await record_together(storage, record, [fact])]


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Fact]):
    """A fact, and what became of it; None: it isn't recorded yet."""

    fact: Fact
    end: bool | Exception | None = None


@dataclass(slots=True, eq=False)
class Recorder(Generic[Fact]):
    """Each task hands in what it has found out, and waits until that is recorded.

    Nothing waits for company: a fact is recorded at once, unless a transaction of others is under way. Those that
    come during one share the next, up to *at_once*: a transaction is short, because on SQLite all others wait for it.
    """

    storage: Storage
    record: Record[Fact]
    at_once: int = 10
    _waiting: list[_Waiting[Fact]] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, fact: Fact) -> bool:
        """Whether *fact* counts. Raises why it couldn't be recorded."""
        mine = _Waiting(fact)
        self._waiting.append(mine)
        async with self._turn:
            if mine.end is None:
                await self._record_waiting()
        if isinstance(mine.end, Exception):
            raise mine.end
        return bool(mine.end)

    async def _record_waiting(self) -> None:
        waiting, self._waiting = self._waiting[: self.at_once], self._waiting[self.at_once :]
        ends: list[bool | Exception] = []
        try:
            ends = await record_together(self.storage, self.record, [one.fact for one in waiting])
        except Exception as error:
            ends = [error] * len(waiting)
        finally:
            if not ends:  # This task is cancelled: the next one records what others wait for.
                self._waiting = waiting + self._waiting
        for one, end in zip(waiting, ends, strict=True):
            one.end = end
