"""Tables in memory that can be rolled back: every change records how to undo it."""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator, MutableMapping
from itertools import islice
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_NOTHING = object()


class UndoLog:
    """The steps that undo the open transaction."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def note(self, undo: Callable[[], None]) -> None:
        """Add *undo* as the newest step."""
        self._undo.append(undo)

    def commit(self) -> None:
        """Keep the changes."""
        self._undo.clear()

    def mark(self) -> int:
        """A position to roll back to."""
        return len(self._undo)

    def rollback(self, mark: int = 0) -> None:
        """Undo everything since *mark*, newest first."""
        while len(self._undo) > mark:
            self._undo.pop()()


class Table(MutableMapping[K, V]):
    """One table. Iteration is in the order of insertion; rows are immutable and only ever replaced."""

    def __init__(self, undo_log: UndoLog) -> None:
        self._undo_log = undo_log
        self._rows: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        return self._rows[key]

    def __setitem__(self, key: K, row: V) -> None:
        before = self._rows.get(key, _NOTHING)
        self._rows[key] = row
        self._undo_log.note(lambda: self._restore(key, before))

    def __delitem__(self, key: K) -> None:
        before = self._rows.pop(key)
        self._undo_log.note(lambda: self._restore(key, before))

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def newest_first(self) -> Iterator[V]:
        """Every row, the one inserted last first."""
        return reversed(self._rows.values())

    def _restore(self, key: K, before: object) -> None:
        if before is _NOTHING:
            del self._rows[key]
        else:
            self._rows[key] = before  # type: ignore[assignment]


class GroupedIndex(Table[K, tuple[V, ...]]):
    """An index: what belongs to one owner, in the order of insertion."""

    def append(self, owner: K, member: V) -> None:
        """Add *member* to what *owner* has."""
        self[owner] = (*self.get(owner, ()), member)

    def of(self, owner: K) -> tuple[V, ...]:
        """What *owner* has; nothing when it is unknown."""
        return self.get(owner, ())


class SortedIds:
    """An index: numbers in their order, which are only ever added."""

    def __init__(self, undo_log: UndoLog) -> None:
        self._undo_log = undo_log
        self._ids: list[int] = []

    def add(self, number: int) -> None:
        """Add *number*, which isn't in it."""
        insort(self._ids, number)
        self._undo_log.note(lambda: self._ids.remove(number))

    def after(self, number: int) -> Iterator[int]:
        """Those beyond *number*, in their order."""
        return islice(self._ids, bisect_right(self._ids, number), None)
