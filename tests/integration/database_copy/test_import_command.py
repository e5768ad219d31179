"""`orbit import`: its output, its exit code, and what it never shows."""

from pathlib import Path

import pytest

from tests.integration.database_copy.import_command import run_import
from tests.integration.database_copy.populated_shop import ENTRIES, PEOPLE, contents, corrupt


async def test_a_shop_is_previewed_copied_and_copied_again(tmp_path: Path, shop_file: Path, target: str) -> None:
    """The dry run counts, the first run copies and compares, the second finds nothing to do; all exit 0."""
    preview = await run_import(tmp_path, "sqlite", str(shop_file), "--dry-run", DATABASE_URL=target)
    assert preview.returncode == 0, preview.stderr
    assert "Nothing was changed." in preview.stdout
    assert str(PEOPLE) in preview.stdout
    for _ in range(2):
        done = await run_import(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
        assert done.returncode == 0, done.stderr
        assert "Both sides are equal, row by row." in done.stdout
        assert f"Ledger of the target: {ENTRIES} entries, no findings." in done.stdout
    assert await contents(target) == await contents(f"sqlite+aiosqlite:///{shop_file}")


async def test_audit_findings_are_shown(tmp_path: Path, shop_file: Path, target: str) -> None:
    """A shop whose ledger has findings is copied as it is, and the exit code is 1."""
    corrupt(shop_file, "UPDATE users SET balance = balance + 1 WHERE tg_id = 1001")
    done = await run_import(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
    assert done.returncode == 1
    assert done.stdout.count("balance of user 1001 isn't the sum of the account") == 2


async def test_refusals_are_shown_without_a_traceback(tmp_path: Path, shop_file: Path, target: str) -> None:
    """A refusal names the rows and exits 1, without a traceback and without the address."""
    corrupt(shop_file, "UPDATE plans SET days = 'canary'")
    refused = await run_import(tmp_path, "sqlite", str(shop_file), DATABASE_URL=target)
    assert refused.returncode == 1
    assert "plans code=sub_1m: days is not what this column holds" in refused.stderr
    shown = refused.stdout + refused.stderr
    assert "Traceback" not in shown
    assert "canary" not in shown
    assert target not in shown


@pytest.mark.parametrize("arguments", [("sqlite", "nowhere.db"), ("orbitvpn", "postgresql://u:canary@127.0.0.1:9/x")])
async def test_a_missing_source_is_refused(tmp_path: Path, sqlite_target: str, arguments: tuple[str, str]) -> None:
    """A missing file or server exits 1 with a line, and the password in the address isn't shown."""
    refused = await run_import(tmp_path, *arguments, DATABASE_URL=sqlite_target)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Refused: ")
    assert "canary" not in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "arguments", [("orbitvpn", "--dry-run"), ("orbitvpn", "postgresql://h/d", "--zone", "../x"), ()]
)
async def test_wrong_arguments_show_the_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A missing address, an unknown zone, no command at all: a usage line, not a traceback."""
    report = await run_import(tmp_path, *arguments)
    assert report.returncode == 2
    assert "Usage" in report.stdout + report.stderr
    assert "Traceback" not in report.stderr
