"""Between two steps of a swap there is the old shop or the new one, and the next command puts the rest in order."""

import asyncio
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from orbit_adapters.backup.disk import Disk
from orbit_adapters.backup.place import Unconfirmed
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.sqlite_place import SqlitePlace
from orbit_domain.backup.backup import BackupProblem
from tests.integration.backup.counted_disk import SteppedDisk, fill_disk
from tests.support.clock import NOON

_DAMAGED = b"no database" * 500
_STEPS = 12


class FailingDisk(SteppedDisk):
    """A disk whose step number *last* doesn't come: *fail* is called instead."""

    def __init__(self, last: int, fail: Callable[[], None]) -> None:
        self._left = last
        self._fail = fail

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._fail()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write(file: Path, *words: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE shop (word TEXT)")
        connection.executemany("INSERT INTO shop VALUES (?)", [(word,) for word in words])
        connection.commit()


def words(file: Path) -> list[str]:
    """What the database holds, as a shop that is started now would read it."""
    with closing(sqlite3.connect(file)) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM shop ORDER BY rowid")]


def with_log(folder: Path) -> None:
    """A shop that was killed: its last word is in the log alone."""
    write(folder / "other.db", "old")
    with closing(sqlite3.connect(folder / "other.db")) as connection:
        connection.execute("INSERT INTO shop VALUES ('and its last word')")
        connection.commit()
        for end in ("", "-wal"):
            shutil.copy(folder / f"other.db{end}", folder / f"orbit.db{end}")
    for end in ("", "-wal", "-shm"):
        (folder / f"other.db{end}").unlink(missing_ok=True)


def damaged(folder: Path) -> None:
    with_log(folder)
    (folder / "orbit.db").write_bytes(_DAMAGED)


def missing(folder: Path) -> None:
    with_log(folder)
    (folder / "orbit.db").unlink()


async def swap(folder: Path, disk: Disk | None = None) -> None:
    """A restore without the archive."""
    place = SqlitePlace(folder / "orbit.db", disk)
    await place.prepare()
    async with place.new_database() as address:
        write(Path(address.partition(":///")[2]), "new")
        await place.put(address, NOON)


def killed_at(folder: Path, step: int) -> bool:
    """Whether a process that swaps was killed at *step*: a real one, by a real signal."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(swap(folder, FailingDisk(step, _kill)))
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def require_a_whole_shop(folder: Path, before: Callable[[Path], None]) -> bool:
    """Whether it is the new one already; nothing in between was found."""
    live = folder / "orbit.db"
    if before is missing and not live.exists():
        return False
    if before is damaged and live.read_bytes() == _DAMAGED:
        return False
    found = words(live)
    assert found in (["old", "and its last word"], ["new"])
    return found == ["new"]


@pytest.mark.parametrize("before", [with_log, damaged, missing])
def test_killed_at_every_step(before: Callable[[Path], None], tmp_path: Path) -> None:
    """The name leads to the old shop with its last word or to the new one; the next run ends what was begun."""
    step, seen = 0, set()
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        before(folder)
        logs = {log.read_bytes() for log in folder.glob("*-wal")}
        was_killed = killed_at(folder, step)
        shutil.copytree(folder, tmp_path / f"{step} as it is")
        seen.add(require_a_whole_shop(tmp_path / f"{step} as it is", before))
        if before is damaged:
            # What can't be read may be mended one day: the log is there, under one name or the other.
            assert {log.read_bytes() for log in folder.glob("*-wal")} == logs
        if not was_killed:
            break
        put_first_aside(folder)
        asyncio.run(swap(folder))
        assert words(folder / "orbit.db") == ["new"]
        assert not (folder / "orbit.db.restoring").exists()
        assert all(not one.samefile(folder / "orbit.db") for one in folder.glob("*.before-*"))
    assert (seen, _STEPS > step > 3) == ({False, True}, True)


def put_first_aside(folder: Path) -> None:
    """The next try is in another second; here both are at noon."""
    for other in folder.glob("*.before-*"):
        if not (folder / "orbit.db").exists() or not other.samefile(folder / "orbit.db"):
            other.rename(folder / f"first {other.name}")


def refused_at(folder: Path, step: int) -> BackupRefused | None:
    """How a swap ends whose disk is full at *step*."""
    try:
        asyncio.run(swap(folder, FailingDisk(step, fill_disk)))
    except BackupRefused as refused:
        return refused
    return None


@pytest.mark.parametrize("before", [with_log, damaged, missing])
def test_a_full_disk_at_every_step(before: Callable[[Path], None], tmp_path: Path) -> None:
    """Refused, and the old shop serves; only what is last is told as done, and not confirmed."""
    for step in range(1, _STEPS):
        folder = tmp_path / str(step)
        folder.mkdir()
        before(folder)
        refused = refused_at(folder, step)
        if refused is None:
            break
        is_new = require_a_whole_shop(folder, before)
        assert (refused.problem, is_new) in ((BackupProblem.NO_ROOM, False), (BackupProblem.FOLDER, True))
        assert isinstance(refused, Unconfirmed) == is_new
        assert is_new or before is missing or set(os.listdir(folder)) <= {"orbit.db", "orbit.db-wal", "orbit.db-shm"}
        assert not (folder / "orbit.db.restoring").exists()
    assert step > 3
