"""How far a source was read, what reading it proves now, and why it stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.payment.source import Batch, Cursor, ReceiptSource, SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source as of `at`.

    `cursor` is None before the first reading. `logged` are the newest recorded ones, newest first. `batch` is what
    reading on from the cursor proves now, `newest` the newest position that is shown; each is None when it can't be
    read, for the reason in `problems`.
    """

    source: str
    at: datetime
    cursor: Cursor | None
    logged: tuple[SourceRecord, ...]
    batch: Batch | None
    newest: Cursor | None
    problems: tuple[str, ...]

    @property
    def watermark_age(self) -> timedelta | None:
        """How old the watermark is, negative when it is later than now; None without one."""
        if self.cursor is None or self.cursor.watermark is None:
            return None
        return self.at - self.cursor.watermark


@dataclass(frozen=True, slots=True)
class ShowSource:
    """Read what is recorded, then look at the source as a reading does. Nothing is changed."""

    storage: Storage
    clock: Clock

    async def __call__(self, source: ReceiptSource, limit: int = 10) -> SourceView:
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(source.name)
            logged = await tx.source_records.newest(source.name, limit)
        batch = newest = None
        problems = []
        try:
            newest = await source.newest()
        except SourceUnavailable as error:
            problems.append(str(error))
        try:
            batch = await source.read(cursor) if cursor else None
        except SourceUnavailable as error:
            problems.append(str(error))
        return SourceView(
            source=source.name,
            at=self.clock.now(),
            cursor=cursor,
            logged=logged,
            batch=batch,
            newest=newest,
            problems=tuple(dict.fromkeys(problems)),
        )
