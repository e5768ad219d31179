"""Which sources are read, because they were ever read, and how far."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.payment.source import Cursor
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadSource:
    """One source. `watermark_age` is negative when the watermark is later than now, None without one."""

    cursor: Cursor
    watermark_age: timedelta | None


@dataclass(frozen=True, slots=True)
class ListSources:
    """Read every cursor, by the name of its source."""

    storage: Storage
    clock: Clock

    async def __call__(self) -> tuple[ReadSource, ...]:
        async with self.storage.transaction() as tx:
            cursors = await tx.cursors.all()
        now = self.clock.now()
        return tuple(ReadSource(one, None if one.watermark is None else now - one.watermark) for one in cursors)
