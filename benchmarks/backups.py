"""The backup of a shop with a million users: how long it takes, how large it is, what it costs to verify it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.database import shop_database
from benchmarks.figures import Figure
from benchmarks.shop_at_scale import MILLION, SMALL, load_shop
from orbit_adapters.backup.age_keys import throwaway_key
from orbit_adapters.backup.archive import new_head, open_dump, write_archive
from orbit_adapters.backup.scratch import Scratch
from orbit_adapters.backup.verification import Verification
from orbit_domain.money import RUB

TITLE = "A backup: one encrypted file, then restored into a scratch database and compared"
_SHOP = "0123456789ab"
_MEGABYTE = 1_000_000


async def measure(*, small: bool) -> list[Figure]:
    """Measure on a PostgreSQL server of its own."""
    async with shop_database() as url:
        with tempfile.TemporaryDirectory() as folder:
            return await measure_at(url, Path(folder), small=small)


async def measure_at(url: str, folder: Path, *, small: bool) -> list[Figure]:
    """Measure in the empty shop's database at *url*; the archive is written to *folder*."""
    size, now = SMALL if small else MILLION, datetime.now(UTC)
    await load_shop(url, size, now)
    key, file = throwaway_key(), folder / "backup.age"
    begin, worked = perf_counter(), process_time()
    async with open_dump(url) as dump:
        head = new_head(_SHOP, url, await dump.revision(), now)
        with file.open("wb") as output:
            manifest, archive = await write_archive(dump, head, output, [key.to_public()], _ignore)
    dumped, dumping = perf_counter() - begin, process_time() - worked
    begin, worked = perf_counter(), process_time()
    await Verification("", Scratch(_SHOP, url, folder), RUB)(file, [key], _ignore, archive.sha256)
    return [
        Figure("users", size.users, "rows"),
        Figure("rows in all tables", manifest.rows, "rows"),
        Figure("archive", archive.size / _MEGABYTE, "MB"),
        Figure("written in", dumped, "s"),
        Figure("written with, processor time of this process", dumping, "s"),
        Figure("verified in", perf_counter() - begin, "s"),
        Figure("verified with, processor time of this process", process_time() - worked, "s"),
    ]


def _ignore(_table: str) -> None:
    pass
