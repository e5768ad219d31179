"""What the live database holds and a restored one doesn't, and the reverse: shown before the places change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.backup.manifest import ArchiveHead
from orbit_domain.money import Money


@dataclass(frozen=True, slots=True)
class MoneySince:
    """So many receipts of one way to pay, in one asset, were recorded after a moment, and their sum."""

    method: str
    receipts: int
    total: Money


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    """A database in a few figures. *since* is what arrived after the archive was taken."""

    rows: Mapping[str, int]
    newest_order: datetime | None
    newest_payment: datetime | None
    since: tuple[MoneySince, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Both databases. *live* is None where there is none, or it can't be read, and *unreadable* says why."""

    restored: DatabaseFigures
    live: DatabaseFigures | None
    unreadable: str = ""

    @property
    def tables(self) -> tuple[tuple[str, int, int], ...]:
        """Each table with another number of rows: its rows in the live database, and in the restored one."""
        if self.live is None:
            return ()
        live, restored = self.live.rows, self.restored.rows
        names = sorted({*live, *restored})
        both = ((name, live.get(name, 0), restored.get(name, 0)) for name in names)
        return tuple(one for one in both if one[1] != one[2])


def age(head: ArchiveHead, now: datetime) -> timedelta:
    """How old the archive is; a clock that goes wrong makes none younger than it is."""
    return max(now - head.taken_at, timedelta(0))
