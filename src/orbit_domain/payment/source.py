"""Where money is seen to arrive: a chain account, a provider's list of paid invoices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self, runtime_checkable

from orbit_domain.money import Money
from orbit_domain.payment.payment import Method
from orbit_domain.payment.source_record import SourceRecord


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source has been read without a gap.

    Only the source can read `position`; it is empty at the beginning. `watermark` is provider time up to which
    nothing can be missing, never later than now; None until the history was once read to its end.
    """

    source: str
    position: str
    watermark: datetime | None = None

    @classmethod
    def start(cls, source: str) -> "Cursor":
        """Where a source that has no history yet begins."""
        return cls(source, "")


class SourceAlarm(StrEnum):
    """Why history could not be proved complete this time."""

    HOLE = "hole"
    ANCHOR_MISSING = "anchor_missing"
    TAIL_MISMATCH = "tail_mismatch"
    HASH_CONFLICT = "hash_conflict"
    TIME_AHEAD = "time_ahead"


@dataclass(frozen=True, slots=True)
class ReaderChange:
    """A source with two readers is read by the second, as *reader* is down since *down_at*; or *reader* is back."""

    reader: str
    down_at: datetime
    is_back: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """The next records of a source in order, without a gap, and the cursor behind them.

    `complete` is false while more records are waiting to be read. `reader_change`: who reads it has changed.
    """

    records: tuple[SourceRecord, ...]
    cursor: Cursor
    complete: bool
    alarm: SourceAlarm | None = None
    reader_change: ReaderChange | None = None


class SourceUnavailable(Exception):
    """The source could not be read just now; nothing is lost, the cursor stays where it was."""


class ReceiptSource(Protocol):
    """One source of receipts. Reading changes nothing, so it may be repeated.

    Contract: `orbit_testing.contracts.receipt_source`. `dust_units`: a smaller amount whose owner isn't known is
    recorded without an alert.
    """

    name: str
    method: Method
    dust_units: int

    async def newest(self) -> Cursor:
        """Where to begin with a source that this shop hasn't read yet: after its newest record.

        Raises SourceUnavailable.
        """

    async def read(self, cursor: Cursor) -> Batch:
        """Read on from *cursor*, proving that nothing was left out. Raises SourceUnavailable.

        A watermark is never later than the shop's clock. A time that is more than a minute later is refused:
        no records, and the alarm TIME_AHEAD.
        """


@runtime_checkable
class AccountSource(ReceiptSource, Protocol):
    """A source that is an account of the shop's own, all of whose movements are seen: `SourceRecord.effects`.

    After every reading, the sum of the accounts `asset:<method>:<asset>` is the negative of what the accounts hold
    that were ever read by this method, each at the position of its recorded cursor.
    """

    async def balance(self, cursor: Cursor) -> Money | None:
        """What the account held right behind *cursor*, whatever happened since; None where the provider doesn't say.

        To compare it with the ledger, ask for the cursors that are recorded, and read the ledger in the transaction
        that reads them. Raises SourceUnavailable.
        """

    def beside(self, names: Collection[str]) -> Self:
        """The same source, which knows that the accounts of the sources *names* are the shop's too.

        What goes between them is neither income nor a withdrawal. Names of other kinds mean nothing to it.
        """


@dataclass(frozen=True, slots=True)
class SourceReset:
    """A cursor and the one to take its place, without a watermark: what is covered is proved anew.

    `unproved`: after which record and up to which record none was proved, so that money in them may never be
    booked by itself; None when everything is read again from a known position.
    """

    before: Cursor
    after: Cursor
    unproved: tuple[str, str] | None


class ResetRefused(Exception):
    """The cursor can't be set. The message says why; nothing was changed."""


class ResettableSource(ReceiptSource, Protocol):
    """A source whose history can contradict itself, so that reading stops until the owner decides."""

    async def plan_reset(self, before: Cursor, recorded: Sequence[SourceRecord], at: str | None = None) -> SourceReset:
        """Where reading would continue: at the record *at*, or at the newest of *recorded* that is shown alike now.

        *recorded* are the newest recorded ones, newest first. Without a known one, reading continues after the
        newest that is shown. Raises ResetRefused, SourceUnavailable.
        """


class ReceiptSources(Protocol):
    """The sources of this shop."""

    def all(self) -> tuple[ReceiptSource, ...]:
        """The sources that the settings name."""

    def get(self, name: str) -> ReceiptSource | None:
        """The source of that name: one of the settings, or an older one of a method that is still there."""
