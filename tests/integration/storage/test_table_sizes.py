"""What the doctor says of sizes: what is there, what came within a week, and how much room is left."""

from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from orbit_adapters.sql import table_sizes
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.table_sizes import database_size
from orbit_domain.money import RUB
from orbit_entry.config.settings import Settings
from orbit_entry.doctor import space
from orbit_entry.doctor.space import check_disk, check_sizes, human_size
from orbit_testing import samples

_Usage = namedtuple("_Usage", "total used free")
ROWS = 60


async def _filled(address: str) -> datetime:
    """The moment a shop of that many records was made in; a third of them came within the last week."""
    await migrate(address)
    engine, now = open_engine(address), datetime.now(UTC)
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        for number in range(ROWS):
            record = samples.source_record(number, raw="x" * 2_000)
            await tx.source_records.add(record, now - timedelta(days=1 if number % 3 == 0 else 30))
    await engine.dispose()
    return now


def _settings(address: str, folder: Path) -> Settings:
    return Settings.model_construct(database_url=SecretStr(address), data_dir=folder, base=RUB)


async def test_the_largest_tables_come_first_with_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file: rows and bytes as they are, growth from what is new; in a very large one only what is new."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    now = await _filled(address)
    whole = await database_size(address, now)
    first = whole.tables[0]
    assert (first.name, first.rows, first.new_rows) == ("source_records", ROWS, ROWS // 3)
    assert first.size is not None
    assert ROWS * 2_000 < first.size < whole.size
    assert first.growth == first.size // 3
    (result,) = await check_sizes(_settings(address, tmp_path))
    assert "source_records: " in result.seen
    assert f"{ROWS} rows, {ROWS // 3} new in 7 days, about " in result.seen
    monkeypatch.setattr(table_sizes, "_LARGE_FILE_BYTES", 1)
    (result,) = await check_sizes(_settings(address, tmp_path))
    assert result.seen.endswith(f"source_records: {ROWS // 3} new in 7 days")


async def test_a_server_says_its_own_figures(postgres_url: str, tmp_path: Path) -> None:
    """On a server: its bytes, and its estimate of rows once it has one."""
    now = await _filled(postgres_url)
    whole = await database_size(postgres_url, now)
    first = whole.tables[0]
    assert (first.name, first.new_rows) == ("source_records", ROWS // 3)
    assert first.size is not None
    assert ROWS * 100 < first.size < whole.size
    assert "source_records: " in (await check_sizes(_settings(postgres_url, tmp_path)))[0].seen


async def test_a_database_without_a_shop_has_no_sizes(tmp_path: Path) -> None:
    """The check of the database says so."""
    assert await check_sizes(_settings(f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}", tmp_path)) == ()


@pytest.mark.parametrize(
    ("free", "size", "ok", "is_warning"),
    [(10 * 1024**3, 1, True, False), (900 * 1024**2, 1, True, True), (100 * 1024**2, 1, False, False)],
)
def test_a_full_disk_is_told_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, size: int, ok: bool, is_warning: bool
) -> None:
    """Little room is a warning, hardly any is an error; both with a next step. No folder: nothing is said."""
    (tmp_path / "orbit.db").write_bytes(b"x" * size)
    monkeypatch.setattr(space.shutil, "disk_usage", lambda _folder: _Usage(free, 0, free))
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    (result,) = check_disk(_settings(address, tmp_path))
    assert (result.ok, result.is_warning, bool(result.remedy)) == (ok, is_warning, not ok or is_warning)
    assert check_disk(_settings(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'orbit.db'}", tmp_path)) == ()


def test_sizes_are_written_for_people() -> None:
    """Rounded up below a mebibyte, so that nothing looks empty."""
    assert [human_size(size) for size in (0, 1, 5 * 1024**2, 3 * 1024**3 + 512 * 1024**2)] == [
        "0 KiB",
        "1 KiB",
        "5 MiB",
        "3.5 GiB",
    ]
