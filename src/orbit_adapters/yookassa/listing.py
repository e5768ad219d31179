"""What of a list follows a place in it. The list has no numbers: a place is known by the rows before it.

YooKassa lists by the time of creation, and a row may join the list some time after its own time. So each reading
begins an overlap before the last row that was read, and a position carries a mark of the rows there: how many they
are, and a sum of their digests. While the mark is the same, none has come in between. No clock but YooKassa's
decides where a reading begins.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Self

from orbit_adapters.yookassa.rows import Key, Row
from orbit_domain.payment.source_record import SourceRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MODULUS = 2**64


class ContradictionError(Exception):
    """One row is shown in two ways."""


class ShrunkError(Exception):
    """A row that was read is not in the list any more."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How many rows stand in an overlap, and the sum of their digests."""

    count: int
    total: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made. Raises ValueError."""
        count, total = text.split(".")
        return cls(int(count), int(total, 16))

    def __str__(self) -> str:
        return f"{self.count}.{self.total:016x}"


@dataclass(frozen=True, slots=True)
class ListPosition:
    """Right behind the row *id* of the time *at*. Without a *mark*, what is before it is nobody's business."""

    at: datetime
    id: str
    mark: Mark | None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` made; None for the beginning. Raises ValueError."""
        if not text:
            return None
        moment, name, mark = text.split("|")
        return cls(_EPOCH + int(moment) * _MICROSECOND, name, Mark.parse(mark) if mark else None)

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}|{self.id}|{'' if self.mark is None else self.mark}"

    @property
    def key(self) -> Key:
        """Its place among the rows."""
        return (self.at, self.id)

    def begin(self, overlap: timedelta) -> datetime:
        """From when on the list has to be read to know what follows."""
        return self.at - overlap

    def rewound(self, overlap: timedelta) -> Self:
        """The beginning of the overlap: every row in it follows again."""
        return type(self)(self.at - overlap, "", None)


class Listing:
    """The rows of one reading in order, each once. Raises ContradictionError."""

    def __init__(self, rows: Iterable[Row], overlap: timedelta) -> None:
        by_id: dict[str, Row] = {}
        for row in rows:
            if by_id.setdefault(row.id, row).digest != row.digest:
                raise ContradictionError
        self.rows = tuple(sorted(by_id.values(), key=lambda row: row.key))
        self.overlap = overlap
        self._keys = [row.key for row in self.rows]
        self._sums = list(accumulate((int(row.digest[:16], 16) for row in self.rows), initial=0))

    def after(self, position: ListPosition | None) -> tuple[Row, ...]:
        """What follows *position*; everything in its overlap again when a row has joined there. Raises ShrunkError."""
        if position is None:
            return self.rows
        seen = self._mark(position.key)
        if position.mark is None or seen == position.mark:
            return self.rows[bisect_right(self._keys, position.key) :]
        if seen.count < position.mark.count:
            raise ShrunkError
        return self.rows[bisect_left(self._keys, (position.begin(self.overlap), "")) :]

    def records(self, source: str, rows: Iterable[Row]) -> Iterator[SourceRecord]:
        """*rows*, which are of this listing, with their positions."""
        for row in rows:
            yield row.record(source, str(ListPosition(row.at, row.id, self._mark(row.key))))

    def _mark(self, key: Key) -> Mark:
        """Of the rows from an overlap before *key* up to it."""
        begin = bisect_left(self._keys, (key[0] - self.overlap, ""))
        end = max(begin, bisect_right(self._keys, key))
        return Mark(end - begin, (self._sums[end] - self._sums[begin]) % _MODULUS)
