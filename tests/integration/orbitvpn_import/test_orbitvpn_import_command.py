"""`orbit import orbitvpn`: its output and its exit code."""

from pathlib import Path

from tests.integration.database_copy.import_command import run_import
from tests.integration.database_copy.populated_shop import contents
from tests.integration.orbitvpn_import.orbitvpn_database import ENDS, VERA, OrbitvpnDatabase


async def test_an_orbitvpn_database_is_previewed_and_imported(
    tmp_path: Path, orbitvpn: OrbitvpnDatabase, target: str
) -> None:
    """The dry run shows the plan, the import writes it and audits the ledger; the URL may come from the environment."""
    await orbitvpn.user(VERA, balance=149.5, subscription_end=ENDS)
    await orbitvpn.config(1, VERA)
    await orbitvpn.payment(1, VERA, status="pending")
    settings = {"DATABASE_URL": target, "ORBITVPN_URL": orbitvpn.url}
    preview = await run_import(tmp_path, "orbitvpn", "--dry-run", **settings)
    assert preview.returncode == 0, preview.stderr
    for line in ("Total of balances: 149.50 RUB", "payment 1 of user 901", "Nothing was changed."):
        assert line in preview.stdout
    done = await run_import(tmp_path, "orbitvpn", "--zone", "Europe/Moscow", **settings)
    assert done.returncode == 0, done.stderr
    assert "The ledger balances: 1 entries read." in done.stdout
    (action,) = (await contents(target))["audit"]
    assert (action["action"], action["reason"]) == ("import", "1 users, 1 keys, 1 payments")


async def test_rejected_rows_make_the_exit_code_1(tmp_path: Path, orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """Rejected rows are listed, the rest is imported, and the exit code is 1."""
    await orbitvpn.user(VERA, balance=149.5)
    await orbitvpn.run("INSERT INTO users (tg_id, balance) VALUES (902, 'NaN')")
    done = await run_import(tmp_path, "orbitvpn", orbitvpn.url, DATABASE_URL=target)
    assert done.returncode == 1
    assert "user 902" in done.stdout
    assert "Rejected, listed above: 1." in done.stdout
    assert [user["balance"] for user in (await contents(target))["users"]] == [14_950, 0]
