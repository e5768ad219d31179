"""An archive becomes the shop's database, or nothing changes: on SQLite and PostgreSQL."""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from orbit_adapters.backup.age_keys import Identity, throwaway_key
from orbit_adapters.backup.archive import open_dump, read_manifest
from orbit_adapters.backup.given_place import GivenPlace
from orbit_adapters.backup.place import Place
from orbit_adapters.backup.postgres_place import PostgresPlace
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.restoration import Proposal, Restoration, Restored, RestoredDatabase
from orbit_adapters.backup.sqlite_place import SqlitePlace
from orbit_adapters.backup.tables import shop_tables
from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.migrate import revisions
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import Manifest
from orbit_domain.money import RUB, TON
from tests.integration.backup.backed_up_shop import BackedUpShop, ignore
from tests.integration.backup.test_backups import execute
from tests.integration.backup.test_disk_of_backups import trusting
from tests.integration.backup.test_hostile_archives import edit, forged, of, plain_of, with_row
from tests.integration.database_copy.populated_shop import PEOPLE
from tests.support.backups import SHOP

_LATER = (
    "UPDATE users SET balance = balance + 7",
    "DELETE FROM settings",
    "INSERT INTO receipts SELECT source, 'later', method, asset, decimals, '5', NULL, NULL, memo_result, '', "
    "occurred_at, {later} FROM receipts WHERE external_id = (SELECT MIN(external_id) FROM receipts)",
)
"""What happens after the archive was taken."""


async def agree(_proposal: Proposal) -> bool:
    return True


async def content(address: str) -> Manifest:
    """Every row of the database at *address*, as digests."""
    async with open_dump(address) as dump:
        return await read_manifest(dump, shop_tables())


def place_of(shop: BackedUpShop) -> Place:
    url = database_url(shop.address)
    if url.get_backend_name() == "sqlite":
        return SqlitePlace(Path(str(url.database)))
    return PostgresPlace(shop.address, SHOP, shop.address)


async def restore(
    shop: BackedUpShop,
    file: Path,
    *,
    place: Place | None = None,
    answer: Callable[[Proposal], Awaitable[bool]] = agree,
    prepare: Callable[[RestoredDatabase], Awaitable[None]] | None = None,
    key: Identity | None = None,
    on_table: Callable[[str], None] = ignore,
) -> Restored:
    steps = (prepare,) if prepare else ()
    return await Restoration(SHOP, place or place_of(shop), RUB, shop.clock, steps)(
        file, [key or shop.key], answer, on_table
    )


async def databases(address: str, *, like: str) -> list[str]:
    engine = open_engine(address)
    async with engine.connect() as connection:
        names = (await connection.scalars(text("SELECT datname FROM pg_database ORDER BY datname"))).all()
    await engine.dispose()
    return [name for name in names if like in name]


def left_over(shop: BackedUpShop) -> list[str]:
    """Files of a restore that aren't there when it has ended."""
    return sorted(name for name in os.listdir(shop.data_dir) if ".restoring" in name or ".before" in name)


async def test_a_shop_goes_back(any_shop: BackedUpShop) -> None:
    """Until the owner has agreed nothing changes, however it ends; then the archive is the shop, the old one is kept.

    The difference is shown with the money since. What prepares the restored database is done in it before.
    """
    file = await archived(any_shop)
    before = await content(any_shop.address)
    any_shop.clock.advance(minutes=30)
    await execute(any_shop.address, *later_events(any_shop))
    after = await content(any_shop.address)

    await require_unchanged_by_failures(any_shop, file)
    assert await content(any_shop.address) == after
    proposal = await require_refused_while_it_runs(any_shop, file)
    require_shown(proposal)
    after = await content(any_shop.address)

    done = await restore(any_shop, file, prepare=speak_english)
    now = await content(any_shop.address)
    assert {one.name for one, two in zip(before.tables, now.tables, strict=True) if one != two} == {"users"}
    assert now.sequences == before.sequences
    assert done.kept is not None
    is_sqlite = "sqlite" in any_shop.address
    assert left_over(any_shop) == ([Path(done.kept.name).name] if is_sqlite else [])
    url = database_url(any_shop.address)
    kept = url.set(database=done.kept.name).render_as_string(hide_password=False)
    assert await content(kept) == after
    if not is_sqlite:
        assert await databases(any_shop.address, like="orbit_restore_") == []
        await execute_alone(any_shop.address, f'DROP DATABASE "{done.kept.name}"')


async def archived(shop: BackedUpShop) -> Path:
    """An archive of *shop*. That one can be restored is about to be shown."""
    made = await shop.back_up(verification=trusting(shop))
    return shop.path / made.backup.name


def later_events(shop: BackedUpShop) -> Sequence[str]:
    now = shop.clock.now()
    moment = str(int(now.timestamp()) * 1_000_000) if "sqlite" in shop.address else f"'{now.isoformat()}'"
    return [one.format(later=moment) for one in _LATER]


async def speak_english(restored: RestoredDatabase) -> None:
    assert restored.manifest.rows == 459
    await execute(restored.address, "UPDATE users SET lang = 'en'")


async def require_unchanged_by_failures(shop: BackedUpShop, file: Path) -> None:
    """While rows are loaded and while it is prepared: nothing half-made stays."""
    with pytest.raises(Killed):
        await restore(shop, file, on_table=_die)
    with pytest.raises(Killed):
        await restore(shop, file, prepare=_die_async)
    assert left_over(shop) == []
    if "postgresql" in shop.address:
        assert await databases(shop.address, like="orbit_restore_") == []
        return
    with full_disk(), pytest.raises(BackupRefused):
        await restore(shop, file)
    assert left_over(shop) == []


async def require_refused_while_it_runs(shop: BackedUpShop, file: Path) -> Proposal:
    """Refused at once, and also where it was started while the owner was asked, who said yes to what is returned."""
    shown: list[Proposal] = []
    async with AsyncExitStack() as shops:

        async def start_shop(proposal: Proposal) -> bool:
            shown.append(proposal)
            await shops.enter_async_context(running(shop.address))
            return True

        for answer in (start_shop, _die_async):
            with pytest.raises(BackupRefused, match="The shop runs") as refused:
                await restore(shop, file, answer=answer)
            assert refused.value.problem is BackupProblem.RUNNING
    assert left_over(shop) == []
    return shown[0]


def require_shown(proposal: Proposal) -> None:
    difference = proposal.difference
    assert difference.live is not None
    assert {name: (live, restored) for name, live, restored in difference.tables} == {
        "receipts": (PEOPLE + 2, PEOPLE + 1), "settings": (0, 1)
    }  # fmt: skip
    assert [(one.method, one.receipts, one.total.units, one.total.currency) for one in difference.live.since] == [
        ("ton", 1, 5, TON)
    ]
    assert difference.live.newest_order == difference.restored.newest_order
    assert (proposal.age.total_seconds(), proposal.findings, difference.restored.since) == (1800, (), ())


class Killed(BaseException):
    """The process ends here: only what a `finally` does is done."""


def _die(*_: object) -> None:
    raise Killed


async def _die_async(*_: object) -> Any:
    raise Killed


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process becomes as large as the shop's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


_USE = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"UPDATE users SET lang = 'en'\"); c.commit(); "
    "print(flush=True); sys.stdin.read()"
)


@contextmanager
def another_process(file: Path) -> Iterator[None]:
    """A process that has changed the database in *file*, and does nothing any more."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", _USE, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield
        process.communicate()


@asynccontextmanager
async def running(address: str) -> AsyncIterator[None]:
    """A shop that has changed its database at *address*, and has a connection open."""
    url = database_url(address)
    if url.get_backend_name() == "sqlite":
        with another_process(Path(str(url.database))):
            yield
        return
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE users SET lang = 'en'"))
        yield
    finally:
        await engine.dispose()


async def execute_alone(address: str, *statements: str) -> None:
    engine = open_engine(address)
    async with engine.connect() as fresh:
        connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_what_isn_t_to_be_restored_changes_nothing(shop: BackedUpShop, tmp_path: Path) -> None:
    """Another shop's, a newer version's, another kind's, cut, flipped, with rows that contradict, with a wrong key."""
    archive = bytes_of(str(await archived(shop)))
    before, plain, file = await content(shop.address), plain_of(archive, shop.key), tmp_path / "given.age"
    newer = f"{int(revisions()[-1]) + 1:04}"
    flipped = bytearray(archive)
    flipped[len(archive) // 2] ^= 1
    for bad, key, problem in (
        (forged(of(plain, edit(b"H", shop="ffffffffffff")), shop.key), None, BackupProblem.OTHER_SHOP),
        (forged(of(plain, edit(b"H", revision=newer)), shop.key), None, BackupProblem.NEWER),
        (forged(of(plain, edit(b"H", kind="postgresql")), shop.key), None, BackupProblem.DATABASE),
        (archive, throwaway_key(), BackupProblem.BAD_KEY),
        (archive[: len(archive) // 2], None, BackupProblem.BROKEN),
        (bytes(flipped), None, BackupProblem.BROKEN),
        (forged(with_row(plain, "grants", b'[1,"c",424242,1,1]'), shop.key), None, BackupProblem.BROKEN),
    ):
        file.write_bytes(bad)
        with pytest.raises(BackupRefused) as refused:
            await restore(shop, file, key=key)
        assert refused.value.problem is problem
        assert left_over(shop) == []
    assert await content(shop.address) == before


def overwrite(file: Path) -> None:
    file.write_bytes(b"x" * 5_000)


def leave_a_log(file: Path) -> bytes:
    """The log of a process that was killed, with a change that *file* doesn't hold."""
    log = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file)) as reader, closing(sqlite3.connect(file)) as writer:
        reader.execute("PRAGMA journal_mode=WAL")
        reader.execute("SELECT 1 FROM users").fetchall()
        writer.execute("UPDATE users SET balance = 1")
        writer.commit()
        content = log.read_bytes()
    log.write_bytes(content)
    return content


async def test_a_database_that_is_gone_or_damaged(shop: BackedUpShop) -> None:
    """Missing with its log left behind, or overwritten: the archive takes the place, and what there was is kept.

    A log that has lost its database is never read as the new one's.
    """
    file, whole = await archived(shop), await content(shop.address)
    live = Path(str(database_url(shop.address).database))
    for ruin, words in ((Path.unlink, ""), (overwrite, "its file is damaged")):
        shop.clock.advance(minutes=1)
        log = leave_a_log(live)
        ruin(live)
        done = await restore(shop, file)
        assert await content(shop.address) == whole
        assert (done.proposal.difference.live, done.proposal.difference.unreadable) == (None, words)
        assert done.kept is not None
        assert bytes_of(f"{done.kept.name}-wal") == log
    assert bytes_of(done.kept.name) == b"x" * 5_000


def bytes_of(name: str) -> bytes:
    return Path(name).read_bytes()


async def test_postgres_where_the_role_may_make_no_database(postgres_shop: BackedUpShop) -> None:
    """Refused before anything is loaded, and what helps is named: an empty database of the host's making.

    One that isn't empty is refused; one that a failed restore has used is empty again; what a killed one made is gone.
    """
    owner = postgres_shop.address
    url = database_url(owner)
    file, before = await archived(postgres_shop), await content(owner)
    role, empty = f"{url.database}_role", f"{url.database}_empty"
    given = url.set(database=empty).render_as_string(hide_password=False)
    left = f"orbit_restore_{SHOP}_0badcafe"
    await execute_alone(
        owner,
        f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'secret' NOCREATEDB",
        f'CREATE DATABASE "{empty}"',
        f'CREATE DATABASE "{left}"',
    )
    try:
        restricted = url.set(username=role, password="secret").render_as_string(hide_password=False)
        with pytest.raises(BackupRefused) as refused:
            await restore(postgres_shop, file, place=PostgresPlace(restricted, SHOP, restricted))
        assert "--into" in refused.value.next_step
        with pytest.raises(BackupRefused, match="isn't empty"):
            await restore(postgres_shop, file, place=GivenPlace(owner, owner))
        place = GivenPlace(given, owner)
        with pytest.raises(Killed):
            await restore(postgres_shop, file, place=place, on_table=_die)
        done = await restore(postgres_shop, file, place=place)
        assert (done.kept, await content(given), await content(owner)) == (None, before, before)
        await PostgresPlace(owner, SHOP, owner).prepare()
        assert await databases(owner, like="orbit_restore_") == []
    finally:
        drop = "DROP DATABASE IF EXISTS"
        await execute_alone(owner, f'{drop} "{empty}"', f'{drop} "{left}"', f'DROP ROLE "{role}"')
