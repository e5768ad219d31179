"""The doctor's checks of space: how large the database is, how it grows, and how much room is left for it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime

from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.table_sizes import GROWTH_PERIOD, TableSize, database_size
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_LISTED = 5
_MIB = 1024**2
_FULL_BYTES = 200 * _MIB
_LITTLE_BYTES = 1024 * _MIB
_REMEDY = "make room, or move the shop to a larger disk; orbit clean-up lets the database use its own space again"


def check_disk(settings: Settings) -> Sequence[CheckResult]:
    """Whether the disk of the data folder has room: for what is sold, and for a copy of the database beside it."""
    file = settings.database_file
    folder = settings.data_dir if file is None else file.parent
    if not folder.is_dir():
        return ()  # Nothing is kept there, or the check of the files says so.
    free = shutil.disk_usage(folder).free
    size = file.stat().st_size if file is not None and file.exists() else 0
    seen = f"{human_size(free)} free in {folder.absolute()}"
    if free < _FULL_BYTES:
        return (CheckResult("disk", False, f"{seen}: soon nothing can be sold", _REMEDY),)
    if free < max(_LITTLE_BYTES, size):
        less = ", less than a copy of the database takes" if size > free else ""
        return (CheckResult("disk", True, f"{seen}{less}", _REMEDY, is_warning=True),)
    return (CheckResult("disk", True, seen),)


async def check_sizes(settings: Settings) -> Sequence[CheckResult]:
    """How large the database and its largest tables are, and what came within a week."""
    current, head = await schema_state(settings.database)
    if current != head:
        return ()  # The check of the database says so.
    whole = await database_size(settings.database, datetime.now(UTC))
    largest = [one for one in whole.tables if one.rows or one.size or one.new_rows][:_LISTED]
    words = "; ".join(_words(one) for one in largest)
    return (CheckResult("size", True, f"{human_size(whole.size)}; {words}" if words else human_size(whole.size)),)


def _words(one: TableSize) -> str:
    parts = [] if one.size is None else [human_size(one.size)]
    if one.rows is not None:
        parts.append(f"{one.rows} rows")
    if one.new_rows:
        growth = f", about {human_size(one.growth)}" if one.growth is not None else ""
        parts.append(f"{one.new_rows} new in {GROWTH_PERIOD.days} days{growth}")
    return f"{one.name}: {', '.join(parts)}"


def human_size(size: int) -> str:
    """*size* bytes for people: `12 KiB`, `3.4 GiB`."""
    for unit, factor in (("GiB", 1024**3), ("MiB", _MIB)):
        if size >= factor:
            return f"{size * 10 // factor / 10:g} {unit}"
    return f"{-(-size // 1024)} KiB"
