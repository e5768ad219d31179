"""A command that can't do its work says so in one line with the next step, and never in a traceback."""

import os
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.entry.command import UNREACHABLE, orbit, orbit_anew
from tests.support.servers.watchdog import free_port

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("run",),
    ("worker",),
    ("migrate",),
    ("explain", "5"),
    ("panels", "audit"),
    ("unmatched", "assign", "ton|x", "5", "--reason", "why"),
    ("chain", "reset", "--reason", "why"),
)
NAMES = [" ".join(command) for command in COMMANDS]


def says_one_line(folder: Path, *command: str, **environment: str) -> str:
    """Run *command*, which must fail in one line and a next step; that line."""
    report = orbit(folder, *command, **{**UNREACHABLE, **environment})
    shown = report.stdout + report.stderr
    assert report.returncode == 1, shown
    assert "Traceback" not in shown
    assert "canary" not in shown
    lines = report.stderr.splitlines()
    assert [line.startswith("Next: ") for line in lines] == [False, True], shown
    return lines[0]


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder in which this user may create and change nothing, like a disk that is mounted to be read."""
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_refused_connection_is_one_line(tmp_path: Path, scheme: str) -> None:
    """However the address is written, a server that isn't there is one line."""
    line = says_one_line(tmp_path, "ledger", "audit", DATABASE_URL=f"{scheme}://u:canary@127.0.0.1:{free_port()}/d")
    assert line == "The database can't be reached (ConnectionRefusedError)."


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_database_that_is_down_is_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Every command that needs the database says that it can't be reached, without its address."""
    address = f"postgresql://u:canary@127.0.0.1:{free_port()}/d"
    assert says_one_line(tmp_path, *command, DATABASE_URL=address).startswith("The database can't be reached")


@pytest.mark.parametrize("command", [("run",), ("migrate",)], ids=["run", "migrate"])
def test_a_read_only_disk_is_one_line(tmp_path: Path, closed: Path, command: tuple[str, ...]) -> None:
    """Where the data folder, or the database in it, can't be made, the line names the path."""
    for folder in (closed, closed / "deeper"):
        assert str(folder) in says_one_line(tmp_path, *command, ORBIT_DATA_DIR=str(folder))


@pytest.mark.parametrize("command", [("run",), ("worker",), ("explain", "5")], ids=["run", "worker", "explain"])
def test_a_database_without_rights_is_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A file that belongs to somebody else stops a command in one line that names it."""
    file = tmp_path / "orbit.db"
    file.touch()
    file.chmod(0)
    assert str(file) in says_one_line(tmp_path, *command, ORBIT_DATA_DIR=str(tmp_path))


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    """So does a file that holds something else."""
    (tmp_path / "orbit.db").write_bytes(b"canary" * 4096)
    assert "SQLITE_NOTADB" in says_one_line(tmp_path, "migrate", ORBIT_DATA_DIR=str(tmp_path))


def test_a_revision_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    """`orbit migrate --to` names what it doesn't know."""
    assert "9999" in says_one_line(tmp_path, "migrate", "--to", "9999")


def test_an_option_of_the_address_that_is_not_known_is_one_line(tmp_path: Path) -> None:
    """An option that the driver would stumble over is named."""
    line = says_one_line(tmp_path, "migrate", DATABASE_URL="postgresql://u:canary@127.0.0.1/d?channel_binding=require")
    assert "'channel_binding'" in line


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    """A second process on the same port says which settings to change."""
    assert orbit(tmp_path, "migrate").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = says_one_line(tmp_path, "web", ORBIT_WEB_PORT=str(taken.getsockname()[1]))
    assert "can't listen" in line


def test_the_lock_file_is_not_followed_and_not_emptied(tmp_path: Path) -> None:
    """A link in the lock file's place is refused, and what it leads to keeps its words; so does the lock itself."""
    precious = tmp_path / "precious"
    precious.write_text("words")
    lock = tmp_path / "data" / "orbit.db.migrating"
    lock.parent.mkdir()
    lock.symlink_to(precious)
    assert "symbolic link" in says_one_line(tmp_path, "migrate")
    assert precious.read_text() == "words"
    lock.unlink()
    lock.write_text("words")
    assert orbit(tmp_path, "migrate").returncode == 0
    assert lock.read_text() == "words"


def test_everything_that_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    """The data folder is 0700 and every file in it 0600, whatever the umask of the shell."""
    assert orbit(tmp_path, "migrate").returncode == 0
    folder = tmp_path / "data"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_doctor_sees_data_that_others_can_read(tmp_path: Path) -> None:
    """A folder or a database that others can read is bad, with the commands that mend it."""
    assert orbit(tmp_path, "migrate").returncode == 0
    assert "ok  data privacy" in orbit(tmp_path, "doctor", **UNREACHABLE).stdout
    (tmp_path / "data").chmod(0o755)
    (tmp_path / "data" / "orbit.db").chmod(0o644)
    shown = orbit(tmp_path, "doctor", **UNREACHABLE).stdout
    assert "BAD data privacy" in shown
    assert "Next: chmod 700 data; chmod 600 data/orbit.db" in shown
    subprocess.run("chmod 700 data; chmod 600 data/orbit.db", shell=True, cwd=tmp_path, check=True)
    assert "ok  data privacy" in orbit(tmp_path, "doctor", **UNREACHABLE).stdout


def test_the_doctor_before_the_first_start_asks_for_no_migration(tmp_path: Path) -> None:
    """`orbit run` makes the tables, so an empty database isn't bad; no owner and no support are said."""
    shown = orbit(tmp_path, "doctor", **UNREACHABLE).stdout
    assert "ok  database: no shop in it yet; the first `orbit run` or `orbit migrate` makes its tables" in shown
    assert "?   owner: not set" in shown
    assert "?   support: not set" in shown
    assert os.listdir(tmp_path) == []


def test_the_doctor_names_an_unreachable_database_in_words(tmp_path: Path) -> None:
    """What the storage says is shown instead of the name of an error."""
    address = f"postgresql://u:canary@127.0.0.1:{free_port()}/d"
    report = orbit(tmp_path, "doctor", **{**UNREACHABLE, "DATABASE_URL": address})
    assert "BAD database: the database can't be reached (ConnectionRefusedError)" in report.stdout
    assert "canary" not in report.stdout + report.stderr


def test_a_database_of_a_newer_version_is_one_line(tmp_path: Path) -> None:
    """Its two ways out are the next step."""
    assert orbit(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "orbit.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in says_one_line(tmp_path, "web")
    assert "9999" in says_one_line(tmp_path, "panels", "audit")


def test_the_version_is_said() -> None:
    """`orbit --version` names the version, wherever it runs."""
    report = orbit_anew(Path.cwd(), "--version")
    assert (report.returncode, report.stdout.split()[0]) == (0, "orbit")
    assert report.stdout.split()[1][0].isdigit()
