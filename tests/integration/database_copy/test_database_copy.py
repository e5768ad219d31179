"""A shop is copied from an SQLite file to another database."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest

from orbit_adapters.database_copy.connections import CopyRefused
from orbit_adapters.database_copy.database_copy import CopyResult, DatabaseCopy
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.subscription.subscription import Grant
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_testing import samples
from tests.integration.database_copy.populated_shop import ENTRIES, FIRST, PEOPLE, contents, corrupt, populate


class PowerCut(Exception):
    """The copy was interrupted."""


async def copy(file: Path, target: str, batch: int = 4, cut_after: int | None = None) -> CopyResult:
    """Run the copy; with *cut_after* it is interrupted after that many batches."""
    recorded = 0

    def on_progress(table: str, rows: int) -> None:
        nonlocal recorded
        recorded += 1
        if recorded == cut_after:
            raise PowerCut

    return await DatabaseCopy(file, target, batch).run(lambda tables: None, on_progress)


def address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def test_every_row_arrives(shop_file: Path, target: str) -> None:
    """After the copy both databases hold equal rows, and both audits are equal."""
    result = await copy(shop_file, target)
    assert result.is_complete
    assert result.target_audit.entries == ENTRIES
    assert await contents(target) == await contents(address(shop_file))


async def test_the_copied_shop_goes_on(shop_file: Path, target: str) -> None:
    """New rows get new numbers in the target, and the ledger audit has no findings."""
    await copy(shop_file, target)
    storage = SqlStorage(open_engine(target), base=RUB)
    async with storage.transaction() as tx:
        assert await tx.ledger.post(samples.gift(1, 500, TelegramId(FIRST + 1)))
        assert await tx.grants.add(Grant("later", TelegramId(FIRST + 1), 0, samples.NOW))
    report = await AuditLedger(storage)()
    await storage.close()
    assert report.findings == ()
    assert report.check.entries == ENTRIES + 1


async def test_copying_twice_is_copying_once(shop_file: Path, target: str) -> None:
    """A second copy finds nothing to do and changes nothing."""
    await copy(shop_file, target)
    before = await contents(target)
    assert (await copy(shop_file, target)).is_complete
    assert await contents(target) == before


async def test_an_interrupted_copy_is_finished(shop_file: Path, target: str) -> None:
    """Wherever the copy is interrupted, and however often, the next run goes on, and the last one copies the rest."""
    for cut_after in (1, 2, 7, 15, 15):
        with pytest.raises(PowerCut):
            await copy(shop_file, target, cut_after=cut_after)
    assert (await copy(shop_file, target)).is_complete
    assert await contents(target) == await contents(address(shop_file))


async def test_a_preview_changes_nothing(shop_file: Path, target: str) -> None:
    """A dry run counts the missing rows, and writes to neither side."""
    before, source = await contents(target), await contents(address(shop_file))
    result = await DatabaseCopy(shop_file, target).preview()
    assert {table.table: table.missing for table in result.tables} == {name: len(rows) for name, rows in source.items()}
    assert await contents(target) == before
    assert await contents(address(shop_file)) == source


async def test_an_empty_shop_is_copied(empty_file: Path, tmp_path: Path, target: str) -> None:
    """A shop without rows is copied like any other."""
    file = tmp_path / "nothing.db"
    shutil.copy(empty_file, file)
    assert (await copy(file, target)).is_complete


CONTRADICTIONS = {
    "UPDATE users SET lang = 'en' WHERE tg_id = 1001": "users tg_id=1001 differs in lang",
    "DELETE FROM outbox WHERE dedupe = 'dedupe-3'": "is in the target alone",
    "UPDATE ledger_entries SET reason = 'other' WHERE id = 2": "ledger_entries id=2 differs in reason",
}


async def test_contradictions_are_refused(shop_file: Path, target: str) -> None:
    """Rows that differ in the target, or exist only there, stop the copy by name before anything is written."""
    await copy(shop_file, target)
    before = await contents(target)
    for change, words in CONTRADICTIONS.items():
        findings = await refusal_of(shop_file, change, target)
        assert any(words in line for line in findings), change
    assert await contents(target) == before


async def refusal_of(shop_file: Path, change: str, target: str) -> Sequence[str]:
    """Why a shop like that of *shop_file*, but with *change*, isn't copied."""
    changed = Path(mkdtemp(dir=shop_file.parent)) / "shop.db"
    shutil.copy(shop_file, changed)
    corrupt(changed, change)
    with pytest.raises(CopyRefused) as refused:
        await copy(changed, target)
    return refused.value.findings


async def test_another_shop_is_no_target(shop_file: Path, target: str) -> None:
    """A target with customers of its own is refused."""
    storage = SqlStorage(open_engine(target), base=RUB)
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(TelegramId(5)))
    await storage.close()
    with pytest.raises(CopyRefused) as refused:
        await copy(shop_file, target)
    assert refused.value.findings == ("users tg_id=5 is in the target alone",)


HOSTILE = {
    "text for a number": ("UPDATE plans SET days = 'many'", "plans code=sub_1m: days"),
    "a number for text": ("UPDATE plans SET currency = x'fffe'", "plans code=sub_1m: currency"),
    "more than the column holds": ("UPDATE plans SET days = 9999999999", "plans code=sub_1m: days"),
    "NUL in a text": ("UPDATE users SET username = 'a' || char(0) || 'b' WHERE tg_id = 1001", "users tg_id=1001"),
    "no number in a document": ("UPDATE marzban_instances SET regions = 'NaN'", "marzban_instances id=main: regions"),
    "a lone surrogate": (r"""UPDATE plans SET titles = '{"ru": "\ud800"}'""", "plans code=sub_1m: titles"),
}


async def test_hostile_values_are_refused_by_name(shop_file: Path, target: str) -> None:
    """Invalid values are named, without the value itself, before anything is written."""
    before = await contents(target)
    for name, (statement, words) in HOSTILE.items():
        findings = await refusal_of(shop_file, statement, target)
        assert [line for line in findings if words in line], name
    assert await contents(target) == before


UNREADABLE = {
    "no UUID": "UPDATE payments SET id = 'mine' WHERE comment = 'ORB00000000003'",
    "no JSON": "UPDATE plans SET titles = '{'",
    "deep JSON": f"UPDATE plans SET titles = '{'[' * 100_000}'",
    "no time": "UPDATE users SET created_at = 9223372036854775807",
    "no number": "UPDATE receipts SET units = '1e5'",
    "a missing owner": "UPDATE configs SET tg_id = 77 WHERE tg_id = 1001",
    "a cycle": f"UPDATE users SET referrer_id = {FIRST + 1} WHERE tg_id = {FIRST + PEOPLE}",
    "an entry of nothing": "DELETE FROM ledger_postings WHERE entry_id = 1 AND position = 0",
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_damage_is_refused_whole(shop_file: Path, target: str, name: str) -> None:
    """A row that can't be read, references a missing row or doesn't balance is refused, never a crash."""
    corrupt(shop_file, UNREADABLE[name])
    with pytest.raises(CopyRefused):
        await copy(shop_file, target)


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0 but not for long", None])
async def test_what_is_no_shop_is_refused(tmp_path: Path, sqlite_target: str, content: bytes | None) -> None:
    """A file that is missing, foreign or broken is refused with a reason."""
    file = tmp_path / "strange.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CopyRefused):
        await copy(file, sqlite_target)


async def test_the_shop_itself_is_no_target(shop_file: Path) -> None:
    """Copying a file onto itself is refused, however the path is written."""
    with pytest.raises(CopyRefused, match="very database"):
        await copy(shop_file, address(shop_file.parent / "." / shop_file.name))


@pytest.mark.parametrize("side", ["source", "target"])
async def test_another_schema_is_refused(tmp_path: Path, shop_file: Path, empty_file: Path, side: str) -> None:
    """Either side with an older schema is refused, with the command that upgrades it."""
    older = tmp_path / "older.db"
    await migrate(address(older), "0001")
    pair: Sequence[Path] = (older, empty_file) if side == "source" else (shop_file, older)
    with pytest.raises(CopyRefused, match="orbit migrate"):
        await copy(pair[0], address(pair[1]))


async def test_the_source_is_write_locked(shop_file: Path, sqlite_target: str) -> None:
    """While the copy runs, the source's file takes no writes, so that no row is missed."""
    refused = []

    def on_progress(table: str, rows: int) -> None:
        if not refused:
            try:
                write_without_waiting(shop_file)
            except OSError as error:
                refused.append(error)

    await DatabaseCopy(shop_file, sqlite_target).run(lambda tables: None, on_progress)
    assert refused


def write_without_waiting(file: Path) -> None:
    connection = sqlite3.connect(file, timeout=0)
    try:
        connection.execute("UPDATE users SET lang = 'en'")
        connection.commit()
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from None
    finally:
        connection.close()


async def test_the_populated_shop_uses_every_table(tmp_path: Path, empty_file: Path) -> None:
    """The shop of these tests has rows in every table, so that a new table isn't missed."""
    file = tmp_path / "every.db"
    shutil.copy(empty_file, file)
    await populate(address(file))
    assert [name for name, rows in (await contents(address(file))).items() if not rows] == []
