"""A shop is backed up, and its backups are restored elsewhere and compared."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.archive import (
    OnTable,
    new_head,
    open_archive,
    open_dump,
    open_target,
    read_manifest,
    write_archive,
)
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.tables import Dump, TableShape, Write, shop_tables
from orbit_adapters.backup.verification import Verification, Verified
from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.migrate import migrate, revisions
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.backup.backup import BackupProblem, backup_name
from orbit_domain.backup.manifest import TableFacts, differences
from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.storage import Storage
from orbit_testing import samples
from tests.integration.backup.backed_up_shop import BackedUpShop, ignore
from tests.integration.database_copy.populated_shop import ENTRIES, PEOPLE, add_purchase
from tests.support.backups import backup
from tests.support.clock import NOON


async def databases(address: str) -> list[str]:
    """The databases on the server of *address*."""
    engine = open_engine(address)
    async with engine.connect() as connection:
        names = (await connection.scalars(text("SELECT datname FROM pg_database ORDER BY datname"))).all()
    await engine.dispose()
    return [name for name in names if name.startswith("orbit_scratch_")]


async def execute(address: str, *statements: str) -> None:
    engine = open_engine(address)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_a_backup_is_whole_and_verified(any_shop: BackedUpShop) -> None:
    """Every row is in it, the restored copy is equal, its ledger is proved, the owner's key opens it."""
    made = await any_shop.back_up()
    backup = made.backup
    assert (made.refused, backup.problem, backup.findings) == (None, "", 0)
    assert backup.verified_at == any_shop.clock.now()
    assert any_shop.archives() == [backup.name, f"{backup.name}.json"]
    file = any_shop.path / backup.name
    assert (file.stat().st_mode & 0o777, any_shop.path.stat().st_mode & 0o777) == (0o600, 0o700)

    verified = await any_shop.verify(file)
    assert verified.findings == ()
    rows = {table.name: table.rows for table in verified.manifest.tables}
    assert (rows["users"], rows["ledger_entries"], verified.manifest.rows) == (PEOPLE, ENTRIES, backup.rows)
    assert verified.manifest.cursors == {"ton:A": f"7:{'a' * 64}"}
    if verified.head.kind == "postgresql":
        assert verified.manifest.sequences["ledger_entries_id_seq"] == ENTRIES
        assert await databases(any_shop.address) == []
    assert not (any_shop.data_dir / "backup-scratch").exists()


class DuringASale:
    """A *dump* while customers come and buy. *torn*: the address at which each table is read as it is by then."""

    def __init__(self, dump: Dump, shop: Storage, torn: str) -> None:
        self._dump = dump
        self._shop = shop
        self._torn = torn
        self._read = 0
        self.sold = 0

    async def revision(self) -> str:
        return await self._dump.revision()

    async def rows(self, table: TableShape, write: Write) -> TableFacts:
        self._read += 1
        if self._read % 4 == 1:
            await self._sell()
        if not self._torn:
            return await self._dump.rows(table, write)
        async with open_dump(self._torn) as now:
            return await now.rows(table, write)

    async def _sell(self) -> None:
        self.sold += 1
        tg_id = TelegramId((5_000 if self._torn else 4_000) + self.sold)
        async with self._shop.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(tg_id))
            await add_purchase(tx, tg_id, tg_id)

    async def sequences(self) -> Mapping[str, int | None]:
        return await self._dump.sequences()

    async def cursors(self) -> Mapping[str, str]:
        return await self._dump.cursors()


async def test_a_backup_of_a_sale_is_of_one_moment(any_shop: BackedUpShop) -> None:
    """What is sold while it is made is in it in no table, and its ledger holds. Table by table it would be no shop."""
    verification, seen = any_shop.verification, list[str]()
    any_shop.path.mkdir()
    file = any_shop.path / backup_name(any_shop.clock.now(), verification.shop)
    async with open_dump(any_shop.address) as dump:
        before = await read_manifest(dump, shop_tables())
    storage = SqlStorage(open_engine(any_shop.address, durability="OFF"), base=RUB)
    for torn in ("", any_shop.address):
        async with open_dump(any_shop.address) as dump:
            sale = DuringASale(dump, storage, torn)
            head = new_head(verification.shop, any_shop.address, await sale.revision(), any_shop.clock.now())
            with file.open("wb") as output:
                manifest, _ = await write_archive(sale, head, output, [any_shop.key.to_public()], seen.append)
        assert sale.sold > 5
        if torn:
            with pytest.raises(BackupRefused) as refused:
                await any_shop.verify(file)
            assert refused.value.problem is BackupProblem.BROKEN
            continue
        # Sequences are of no moment: numbers that a sale has taken meanwhile are given to no other one.
        assert (manifest.tables, manifest.cursors) == (before.tables, before.cursors)
        assert seen == [table.name for table in shop_tables()]
        verified = await any_shop.verify(file)
        assert (verified.manifest, verified.findings) == (manifest, ())
        async with open_dump(any_shop.address) as dump:
            now = await read_manifest(dump, shop_tables())
        assert f"the table users has {PEOPLE + sale.sold} rows, not {PEOPLE}" in differences(before, now)
    await storage.close()


_SCHEMA = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master ORDER BY name",),
    "postgresql": (
        # The server writes casts of a list in two ways, as they were given and as it reads them: both mean the same.
        "SELECT regexp_replace(indexdef, '::(character varying|text)(\\[\\])?|[()]', '', 'g') FROM pg_indexes "
        "WHERE schemaname = current_schema() ORDER BY indexname",
        "SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = current_schema()::regnamespace ORDER BY conrelid::regclass::text, conname",
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT relname, relpersistence FROM pg_class WHERE relnamespace = current_schema()::regnamespace ORDER BY 1",
    ),
}


async def schema_of(address: str) -> list[list[str]]:
    """Everything that guards the rows at *address*, and whether they survive a crash of the server."""
    engine = open_engine(address)
    async with engine.connect() as connection:
        found = [
            [str(row) for row in await connection.exec_driver_sql(query)] for query in _SCHEMA[engine.dialect.name]
        ]
    await engine.dispose()
    return found


async def test_what_is_loaded_to_be_kept_is_guarded_as_before(any_shop: BackedUpShop) -> None:
    """Indexes, references and triggers stand aside while rows are loaded, and all of them come back."""
    made = await any_shop.back_up()
    with (any_shop.path / made.backup.name).open("rb") as file:
        async with open_archive(file, [any_shop.key]) as archive:
            head = archive.head()
            async with any_shop.verification.scratch.database(head.kind) as address:
                await migrate(address)
                before = await schema_of(address)
                async with open_target(address) as target:
                    await archive.load(target, ignore)
                assert await schema_of(address) == before
    assert sum(map(len, before)) > 50


class Spoiling(Verification):
    """The disk has lost a bit between writing and reading back."""

    async def __call__(
        self, file: Path, keys: Sequence[Identity], on_table: OnTable, sha256: str | None = None
    ) -> Verified:
        spoil(file)
        return await Verification.__call__(self, file, keys, on_table, sha256)


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)


async def test_a_run_that_is_stopped_leaves_nothing(any_shop: BackedUpShop) -> None:
    """Stopped while it writes: no archive. Stopped while it verifies: one that isn't verified. No scratch database."""
    for at, archives in (((BackupPhase.WRITING, 1), 0), ((BackupPhase.RESTORING, 3), 1)):

        def stop(progress: BackupProgress, at: tuple[BackupPhase, int] = at) -> None:
            is_here = threading.current_thread() is threading.main_thread()
            if is_here and (progress.phase, progress.done) == at and (task := asyncio.current_task()) is not None:
                task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(any_shop.back_up(on_progress=stop))
        folder = BackupFolder(any_shop.path)
        assert [one.problem for one in folder.all()] == [BackupProblem.INTERRUPTED] * archives
        assert (folder.failed() is None) == bool(archives)
        assert not [name for name in any_shop.archives() if name.endswith(".part")]
        assert not (any_shop.data_dir / "backup-scratch").exists()
        if "postgresql" in any_shop.address:
            assert await databases(any_shop.address) == []


async def test_how_far_it_is_never_goes_back(shop: BackedUpShop) -> None:
    """Every table is written, restored and compared, in that order; at the end the size is the file's."""
    told: list[BackupProgress] = []
    made = await shop.back_up(on_progress=told.append)
    percents = [one.percent for one in told]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 99)
    tables = [table.name for table in shop_tables()]
    for phase in BackupPhase:
        in_hand = [one.table for one in told if one.phase is phase]
        assert list(dict.fromkeys(in_hand)) == [*tables, ""] if phase is not BackupPhase.RESTORING else tables
    assert (told[0].size, told[-1].size) == (0, made.backup.size)
    assert {one.began_at for one in told} == {shop.clock.now()}


async def test_a_spoilt_file_is_kept_and_told(shop: BackedUpShop) -> None:
    """It is never called verified, no verified one is deleted for it, and nothing of it stays in plain text."""
    own, folder = shop.verification, BackupFolder(shop.path)
    shop.path.mkdir()
    days = timedelta(days=3)
    old = [backup(NOON - days * (1 + minute // 2), verified=minute < 2) for minute in range(4)]
    old = [replace(one, taken_at=one.taken_at - timedelta(minutes=minute)) for minute, one in enumerate(old)]
    for one in old:
        (shop.path / one.name).write_bytes(b"x" * one.size)
        folder.record(one)
    made = await shop.back_up(verification=Spoiling(own.shop, own.scratch, own.base))
    assert made.refused is not None
    assert (made.backup.verified_at, made.backup.problem) == (None, BackupProblem.BROKEN)
    assert made.deleted == (old[3],)
    assert not (shop.data_dir / "backup-scratch").exists()


async def test_a_wrong_ledger_is_copied_truly_and_told(shop: BackedUpShop) -> None:
    """Where the ledger has findings the backup is verified and says how many: there is no better one to wait for."""
    await execute(shop.address, "UPDATE users SET balance = balance + 1")
    made = await shop.back_up()
    assert (made.refused, made.backup.findings) == (None, PEOPLE)
    assert len((await shop.verify(shop.path / made.backup.name)).findings) == PEOPLE


async def test_an_older_version_s_archive_is_restored_and_brought_up_to_date(shop: BackedUpShop) -> None:
    """Its rows are compared under its own schema, its ledger is audited under this version's."""
    older = revisions()[-2]
    await migrate(shop.address, older, down=True)
    async with open_target(shop.address) as there:
        shapes = await there.shapes()
    tables = [shapes[table.name] for table in shop_tables() if table.name in shapes]
    file = shop.data_dir / "older.age"
    async with open_dump(shop.address) as dump:
        assert await dump.revision() == older
        head = new_head(shop.verification.shop, shop.address, older, shop.clock.now())
        with file.open("wb") as output:
            manifest, _ = await write_archive(dump, head, output, [shop.key.to_public()], ignore, tables)
    verified = await shop.verify(file)
    assert (verified.manifest, verified.head.revision, verified.findings) == (manifest, older, ())


async def test_postgres_without_the_right(postgres_shop: BackedUpShop) -> None:
    """A role that may create no database: the backup is there, isn't verified, and the next step is named.

    With another server named it is verified there. What a killed run has left is dropped by the next one.
    """
    url = database_url(postgres_shop.address)
    role = f"{url.database}_role"
    scratch = f"orbit_scratch_{postgres_shop.verification.shop}_0badcafe"
    engine = open_engine(postgres_shop.address)
    try:
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'secret' NOCREATEDB"))
            await connection.execute(text(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{role}"'))
            await connection.execute(text(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"'))
            await connection.execute(text(f'CREATE DATABASE "{scratch}"'))
        owner_address = postgres_shop.address
        restricted = url.set(username=role, password="secret").render_as_string(hide_password=False)
        postgres_shop.address = restricted
        made = await postgres_shop.back_up()
        assert made.refused is not None
        assert made.backup.problem == BackupProblem.NO_SCRATCH
        assert "ORBIT_BACKUP_SCRATCH_URL" in made.refused.next_step
        postgres_shop.scratch_address = owner_address
        postgres_shop.clock.advance(hours=1)
        assert (await postgres_shop.back_up()).refused is None
        assert await databases(owner_address) == []
    finally:
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f'DROP OWNED BY "{role}"'))
            await connection.execute(text(f'DROP ROLE "{role}"'))
        await engine.dispose()
