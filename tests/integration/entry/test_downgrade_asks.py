"""`orbit migrate --down` asks before it deletes data, and refuses where nobody can answer."""

import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.entry.command import orbit

BELOW_THE_LEDGER = ("migrate", "--down", "--to", "0001")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a shop's database, with one row of the chain's cursor."""
    folder = tmp_path_factory.mktemp("shop")
    assert orbit(folder, "migrate", "--to", "0006").returncode == 0
    file = folder / "data" / "orbit.db"
    # Closing it moves the write-ahead log into the file.
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO cursors (source, lt, hash) VALUES ('ton', 1, '')")
    return file.read_bytes()


@pytest.fixture
def shop(made: bytes, tmp_path: Path) -> Path:
    """The folder of such a shop."""
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "orbit.db").write_bytes(made)
    return tmp_path


def tables(shop: Path) -> set[str]:
    with closing(sqlite3.connect(shop / "data" / "orbit.db")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def answered(shop: Path, answer: str) -> tuple[int, str]:
    """Run the downgrade at a terminal where somebody types *answer*; exit code and everything that is shown."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        ran = subprocess.run(
            [sys.executable, "-m", "orbit_entry", *BELOW_THE_LEDGER],
            cwd=shop, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
            check=False, env={**os.environ, "COLUMNS": "200", "ORBIT_DATA_DIR": "data", "DATABASE_URL": ""},
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    return ran.returncode, ran.stdout


def test_without_a_terminal_it_is_refused_in_one_line(shop: Path) -> None:
    """The line says what would be deleted, the next line what to do; the ledger is there."""
    report = orbit(shop, *BELOW_THE_LEDGER)
    what, next_step = report.stderr.splitlines()
    assert report.returncode == 1
    assert "ledger_entries (0 rows)" in what
    assert "cursors (1 row)" in what
    assert what.endswith("nothing was changed.")
    assert next_step == "Next: back up the database, then the same command with --yes."
    assert {"ledger_entries", "ledger_postings", "cursors"} <= tables(shop)


def test_at_a_terminal_it_asks(shop: Path) -> None:
    """No, or Enter alone, keeps everything and says so; yes deletes what was named."""
    for refusal in ("n", ""):
        code, shown = answered(shop, refusal)
        assert code == 1
        assert "cursors (1 row)" in shown
        assert "Nothing was changed." in shown
        assert "ledger_entries" in tables(shop)
    code, shown = answered(shop, "y")
    assert (code, "The schema is at 0001" in shown) == (0, True)
    assert "ledger_entries" not in tables(shop)


def test_yes_answers_beforehand(shop: Path) -> None:
    """With `--yes` nothing is asked, also without a terminal."""
    report = orbit(shop, *BELOW_THE_LEDGER, "--yes")
    assert (report.returncode, report.stderr) == (0, "")
    assert "The schema is at 0001" in report.stdout
    assert "ledger_entries" not in tables(shop)
