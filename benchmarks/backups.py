"""The backup of a shop with a million customers, and the taps of some of them meanwhile.

The bot has its own process behind a webhook, the backup has another one at the lowest priority, as a worker starts it.
The worker isn't there: what would be due in a shop whose past is made up isn't what is measured.
"""

import sqlite3
from asyncio import sleep
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg
from sqlalchemy import make_url

from benchmarks.bot_api_stub import serving_stub
from benchmarks.bot_process import BotProcess, bot_process, free_port, shop_environment
from benchmarks.customer_block import CustomerBlock, customer_block
from benchmarks.database import shop_database
from benchmarks.figures import Figure, at_share
from benchmarks.tapping import Taps, tapping, windows
from benchmarks.watched_backup import WatchedBackup, watch_backup
from orbit_adapters.backup.age_keys import throwaway_key
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.sql.migrate import migrate
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.support.servers.opening import open_redis

TITLE = "A backup: one encrypted file, then restored into a scratch database and compared"
CUSTOMERS, SMALL_CUSTOMERS = 1_000_000, 200
QUIET_S, SMALL_QUIET_S = 40.0, 0.6
"""So long customers tap before the backup, between its two steps, and after it."""
WARM_S, SMALL_WARM_S = 5.0, 0.0
PER_SECOND, SMALL_PER_SECOND = 25, 5
_WINDOW_S = 10.0
_MEGABYTE = 1_000_000
_P99 = ("p99", 0.99)


async def measure(*, small: bool) -> list[Figure]:
    """Measure on SQLite, and on a PostgreSQL server of its own with a Redis."""
    with TemporaryDirectory(prefix="orbit-backups-") as folder:
        block = await customer_block(Path(folder))
        figures = await measure_sqlite(Path(folder), block, small=small)
    with TemporaryDirectory(prefix="orbit-backups-") as folder:
        async with shop_database() as url, open_redis() as redis:
            return figures + await measure_at(url, redis.url, Path(folder), block, small=small)


async def measure_sqlite(folder: Path, block: CustomerBlock, *, small: bool) -> list[Figure]:
    """Measure in a file in *folder*."""
    url = f"sqlite+aiosqlite:///{folder / 'orbit.db'}"
    await migrate(url)
    return await measure_at(url, "", folder, block, small=small)


async def measure_at(url: str, redis_url: str, folder: Path, block: CustomerBlock, *, small: bool) -> list[Figure]:
    """Measure in the empty shop's database at *url*; archives are written below *folder*."""
    customers, quiet_s = (SMALL_CUSTOMERS, SMALL_QUIET_S) if small else (CUSTOMERS, QUIET_S)
    per_second = SMALL_PER_SECOND if small else PER_SECOND
    begin = perf_counter()
    await block.fill(url, customers)
    built_s = perf_counter() - begin
    async with _shop(url, redis_url, folder) as shop, tapping(shop.bot, customers, per_second) as taps:
        await sleep(SMALL_WARM_S if small else WARM_S)
        before = perf_counter()
        await sleep(quiet_s)
        watched = await watch_backup(shop.environment, folder, quiet_s)
        await sleep(quiet_s)
        after = perf_counter()
    backup = BackupFolder(folder / "backups").all()[0]
    name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    return [
        Figure(f"{name}: customers", customers, ""),
        Figure(f"{name}: rows in all tables", backup.rows, ""),
        Figure(f"{name}: made up in", built_s, "s"),
        Figure(f"{name}: database", await _size(url) / _MEGABYTE, "MB"),
        Figure(f"{name}: archive", backup.size / _MEGABYTE, "MB"),
        *_costs(name, watched),
        *_taps(name, taps, watched, (before, after)),
    ]


@dataclass(frozen=True, slots=True)
class _Shop:
    bot: BotProcess
    environment: Mapping[str, str]


@asynccontextmanager
async def _shop(url: str, redis_url: str, folder: Path) -> AsyncIterator[_Shop]:
    async with AsyncExitStack() as stack:
        stub, api = await stack.enter_async_context(serving_stub())
        sandbox, port = Sandbox(), free_port()
        outside = await stack.enter_async_context(serving(sandbox_app(sandbox), "127.0.0.1", 0))
        environment = shop_environment(outside, sandbox, folder, url, redis_url, api, port)
        key = str(throwaway_key().to_public())
        bot = await stack.enter_async_context(
            bot_process("bot", stub, port, ("orbit_entry", "bot"), environment, folder)
        )
        yield _Shop(bot, {**environment, "ORBIT_BACKUP_PUBLIC_KEY": key})


def _costs(name: str, watched: WatchedBackup) -> list[Figure]:
    dump, all_of_it = watched.dump, watched.spent
    return [
        Figure(f"{name}: dumped, encrypted and written in", watched.dumped - watched.began, "s"),
        Figure(f"{name}: read back and loaded into the scratch database in", watched.loaded - watched.restoring, "s"),
        Figure(f"{name}: compared and audited there in", watched.ended - watched.loaded, "s"),
        Figure(f"{name}: as much as a restore does, in", watched.ended - watched.restoring, "s"),
        Figure(f"{name}: dump, processor time of the process", dump.cpu_s, "s"),
        Figure(f"{name}: verification, processor time of the process", all_of_it.cpu_s - dump.cpu_s, "s"),
        Figure(f"{name}: dump, given to the disk by the process", dump.written_mb, "MB"),
        Figure(f"{name}: verification, given to the disk by the process", all_of_it.written_mb - dump.written_mb, "MB"),
        Figure(f"{name}: dump, most memory of the process", dump.peak_mb, "MB"),
        Figure(f"{name}: verification, most memory of the process", all_of_it.peak_mb, "MB"),
    ]


def _taps(name: str, taps: Taps, watched: WatchedBackup, quiet: tuple[float, float]) -> list[Figure]:
    """The taps of each step, and how they compare with those of the quiet times before and after it."""
    before = windows(taps, quiet[0], watched.began, _WINDOW_S)
    dump = windows(taps, watched.began, watched.dumped, _WINDOW_S)
    between = windows(taps, watched.dumped, watched.restoring, _WINDOW_S)
    verification = windows(taps, watched.restoring, watched.ended, _WINDOW_S)
    after = windows(taps, watched.ended, quiet[1], _WINDOW_S)
    figures = [Figure(f"{name}: taps", len(taps.taken), ""), Figure(f"{name}: taps in vain", taps.unanswered, "")]
    steps = {"before": before, "dump": dump, "between": between, "verification": verification, "after": after}
    for step, cut in steps.items():
        if cut:
            figures += [_of_share(f"{name}, {step}: a tap's {what}", cut, of) for what, of in (("p50", 0.5), _P99)]
    for step, cut, beside in (
        ("dump / without", dump, [*before, *between]),
        ("verification / without", verification, [*between, *after]),
        ("after / before, that is noise", after, before),
    ):
        if cut and beside:
            figures.append(Figure(f"{name}: p99 of a tap, {step}", _share(cut, 0.99) / _share(beside, 0.99), "x"))
    return figures


def _share(cut: Sequence[Sequence[float]], share: float) -> float:
    return at_share(sorted(took for one in cut for took in one), share)


def _of_share(name: str, cut: Sequence[Sequence[float]], share: float) -> Figure:
    """The figure of the whole time, with the best of its windows and what nine in ten of these keep to."""
    of_each = sorted(at_share(sorted(one), share) for one in cut)
    return Figure(name, _share(cut, share), "ms", of_each[0], at_share(of_each, 0.9))


async def _size(url: str) -> int:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.partition("///")[2]) as file:
            (size,) = file.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
        file.close()
        return int(size)
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    finally:
        await connection.close()
