"""`orbit upgrade-check` says what an update does to a shop, and changes nothing."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orbit_adapters.sql.migrate import revisions
from orbit_entry.config.env_example import env_example
from tests.integration.entry.command import UNREACHABLE, orbit

NEWEST = revisions()[-1]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database of a shop at revision 0026, whose next migration but one drops a column."""
    folder = tmp_path_factory.mktemp("older")
    assert orbit(folder, "migrate", "--to", "0026").returncode == 0
    return database(folder).read_bytes()


def database(folder: Path) -> Path:
    return folder / "data" / "orbit.db"


def at(folder: Path, content: bytes, revision: str | None = None) -> None:
    """Put that database there; with *revision* it says so."""
    database(folder).parent.mkdir(mode=0o700, exist_ok=True)
    database(folder).write_bytes(content)
    if revision is not None:
        with closing(sqlite3.connect(database(folder))) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_what_waits_is_told_and_nothing_is_changed(tmp_path: Path, older: bytes) -> None:
    """Each migration with what it adds, rewrites and drops; the database stays as it is. Afterwards nothing waits."""
    new = orbit(tmp_path, "upgrade-check", **UNREACHABLE)
    assert (new.returncode, "no database yet" in new.stdout, database(tmp_path).exists()) == (0, True, False)
    at(tmp_path, older)
    report = orbit(tmp_path, "upgrade-check", "--json", **UNREACHABLE)
    facts = json.loads(report.stdout)
    assert (report.returncode, facts["ok"], facts["schema"]["found"]) == (3, True, "0026")
    waiting = {one["revision"]: one for one in facts["schema"]["migrations"]}
    assert list(waiting) == [one for one in revisions() if one > "0026"]
    assert all(one["words"] for one in waiting.values())
    assert waiting["0027"]["drops"] == ["users.notify"]
    assert waiting["0034"]["rows"] == ["users"]
    assert "users.remind_at" in waiting["0034"]["adds"]
    words = orbit(tmp_path, "upgrade-check", **UNREACHABLE)
    assert (words.returncode, "         drops users.notify\n" in words.stdout) == (3, True)
    assert database(tmp_path).read_bytes() == older
    assert orbit(tmp_path, "migrate").returncode == 0
    assert orbit(tmp_path, "upgrade-check", **UNREACHABLE).returncode == 0


def test_a_newer_database_is_refused_in_words(tmp_path: Path, older: bytes) -> None:
    """A version that doesn't know the database's revision says so, and how to go back."""
    at(tmp_path, older, "9999")
    report = orbit(tmp_path, "upgrade-check", **UNREACHABLE)
    assert report.returncode == 1
    assert "BAD schema: at 9999" in report.stdout
    assert f"orbit migrate --to {NEWEST} --down" in report.stdout
    assert json.loads(orbit(tmp_path, "upgrade-check", "--json", **UNREACHABLE).stdout)["schema"]["is_newer"] is True


def test_settings_that_changed_are_named(tmp_path: Path, older: bytes) -> None:
    """What is gone stands in the way, what was renamed goes on working, what is new is named; no value is shown."""
    at(tmp_path, older)
    text = "".join(f"{name}={value}\n" for name, value in UNREACHABLE.items() if name != "ORBIT_TON_RATE")
    lines = [line for line in env_example().splitlines() if "ORBIT_DEVICE_LIMIT" not in line and line.startswith("#")]
    (tmp_path / ".env").write_text(f"{text}ORBIT_TON_RATE_RUB=250\n" + "\n".join(lines))
    renamed = orbit(tmp_path, "upgrade-check", "--json")
    facts = json.loads(renamed.stdout)["settings"]
    assert (renamed.returncode, facts["problems"]) == (3, [])
    assert facts["renamed"] == {"ORBIT_TON_RATE_RUB": "ORBIT_TON_RATE"}
    assert facts["unmentioned"] == ["ORBIT_DEVICE_LIMIT"]
    gone = orbit(tmp_path, "upgrade-check", ORBIT_PANEL_CANARY="canary")
    assert (gone.returncode, "BAD ORBIT_PANEL_CANARY: isn't a setting" in gone.stdout) == (1, True)
    assert "canary" not in gone.stdout + gone.stderr
    (tmp_path / ".env").write_bytes(b"\xff")
    broken = orbit(tmp_path, "upgrade-check")
    assert (broken.returncode, "Traceback" in broken.stderr) == (1, False)
