"""Where old data is found and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orbit_domain.old_data.old_data import OldData


@dataclass(frozen=True, slots=True)
class OldRow:
    """A row by its age and its primary key, which are also its place in the order."""

    at: datetime
    key: tuple[UUID | str | int, ...]


class OldDataRows(Protocol):
    """The rows that hold data which nothing needs any more."""

    async def page(self, kind: OldData, before: datetime, after: OldRow | None, limit: int) -> tuple[OldRow, ...]:
        """The oldest rows of *kind* from before that moment and beyond *after*, oldest first. It only reads."""

    async def count(self, kind: OldData, before: datetime, limit: int) -> int:
        """How many there are, *limit* at most. It only reads."""

    async def forget(self, kind: OldData, before: datetime, rows: Sequence[OldRow]) -> int:
        """Forget the data of those of *rows* that are still of that kind and age: how many.

        Rows that another worker holds are left to it. What was sent of a broadcast goes on being counted.
        """
