"""`orbit import` as people meet it: what it prints, how it exits, and what it never shows."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.database_copy.old_shop import ENDS, VERA, OldDatabase
from tests.integration.database_copy.populated_shop import PEOPLE, contents, corrupt


async def orbit(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the shipped command in *folder* with nothing set but *environment*."""
    strange = ("ORBIT_", "BOT_", "DATABASE_", "ORBITVPN_")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(strange)}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "orbit_entry", "import", *words],
        cwd=folder,
        env={**clean, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def test_a_shop_is_looked_at_moved_and_moved_again(tmp_path: Path, shop_file: Path, target: str) -> None:
    """The dry run counts, the move moves and compares, the second finds nothing to do; all exit 0."""
    look = await orbit(tmp_path, "sqlite", str(shop_file), "--dry-run", DATABASE_URL=target)
    assert look.returncode == 0, look.stderr
    assert "Nothing was changed." in look.stdout
    assert str(PEOPLE) in look.stdout
    for _ in range(2):
        done = await orbit(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
        assert done.returncode == 0, done.stderr
        assert "Both sides are equal, row by row." in done.stdout
        assert "Books of the target: 121 entries, they hold." in done.stdout
    assert await contents(target) == await contents(f"sqlite+aiosqlite:///{shop_file}")


async def test_books_that_do_not_hold_are_told(tmp_path: Path, shop_file: Path, target: str) -> None:
    """A shop whose books were wrong before moves as it is, and the exit says that something is wrong."""
    corrupt(shop_file, "UPDATE users SET balance = balance + 1 WHERE tg_id = 1001")
    done = await orbit(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
    assert done.returncode == 1
    assert done.stdout.count("balance of user 1001 isn't the sum of the account") == 2


async def test_refusals_are_said_plainly(tmp_path: Path, shop_file: Path, target: str) -> None:
    """A refusal names the rows and exits 1, without a trace and without the address."""
    corrupt(shop_file, "UPDATE plans SET days = 'canary'")
    refused = await orbit(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
    assert refused.returncode == 1
    assert "plans code=sub_1m: days is not what this column holds" in refused.stderr
    shown = refused.stdout + refused.stderr
    assert "Traceback" not in shown
    assert "canary" not in shown
    assert target not in shown


@pytest.mark.parametrize("words", [("sqlite", "nowhere.db"), ("orbitvpn", "postgresql://u:canary@127.0.0.1:9/x")])
async def test_what_is_not_there_is_refused(tmp_path: Path, sqlite_target: str, words: tuple[str, str]) -> None:
    """A missing file or server exits 1 with a line, and the password in the address isn't shown."""
    refused = await orbit(tmp_path, *words, DATABASE_URL=sqlite_target)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Refused: ")
    assert "canary" not in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr


async def test_an_old_shop_is_looked_at_and_brought(tmp_path: Path, old: OldDatabase, target: str) -> None:
    """The dry run shows the diff, the move brings it and proves the books; the address may come from outside."""
    await old.user(VERA, balance=149.5, subscription_end=ENDS)
    await old.config(1, VERA)
    await old.payment(1, VERA, status="pending")
    settings = {"DATABASE_URL": target, "ORBITVPN_URL": old.url}
    look = await orbit(tmp_path, "orbitvpn", "--dry-run", **settings)
    assert look.returncode == 0, look.stderr
    for line in ("Balances together: 149.50 RUB", "payment 1 of user 901", "Nothing was changed."):
        assert line in look.stdout
    done = await orbit(tmp_path, "orbitvpn", "--zone", "Europe/Moscow", **settings)
    assert done.returncode == 0, done.stderr
    assert "The books hold: 1 entries read." in done.stdout
    (action,) = (await contents(target))["audit"]
    assert (action["action"], action["reason"]) == ("import", "1 users, 1 keys, 1 payments")


async def test_what_stays_behind_makes_the_exit_fail(tmp_path: Path, old: OldDatabase, target: str) -> None:
    """Rows that can't be brought are named, the rest comes, and the exit says that somebody must look."""
    await old.user(VERA, balance=149.5)
    await old.run("INSERT INTO users (tg_id, balance) VALUES (902, 'NaN')")
    done = await orbit(tmp_path, "orbitvpn", old.url, DATABASE_URL=target)
    assert done.returncode == 1
    assert "user 902" in done.stdout
    assert "Stayed behind, named above: 1." in done.stdout
    assert [user["balance"] for user in (await contents(target))["users"]] == [14_950, 0]


@pytest.mark.parametrize("words", [("orbitvpn", "--dry-run"), ("orbitvpn", "postgresql://h/d", "--zone", "../x"), ()])
async def test_wrong_words_are_refused_kindly(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A missing address, a zone that is none, no command at all: a usage line, not a trace."""
    report = await orbit(tmp_path, *words)
    assert report.returncode == 2
    assert "Usage" in report.stdout + report.stderr
    assert "Traceback" not in report.stderr
