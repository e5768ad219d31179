"""The command line: what it prints, how it exits, and what it never shows."""

import json
from pathlib import Path

import pytest

from orbit_entry.config.process import NEEDS_OWNER
from tests.integration.entry.command import UNREACHABLE, orbit

TEN_BROKEN = {
    "BOT_TOKEN": "canary-token",
    "ORBIT_OWNER_ID": "@canary",
    "DATABASE_URL": "mysql://canary:canary@db",
    "ORBIT_PANEL_URL": "panel.canary",
    "ORBIT_PANEL_NODES": "{canary",
    "ORBIT_TON_ADDRESS": "EQcanary",
    "ORBIT_TON_NETWORK": "canarynet",
    "ORBIT_TON_RATE": "NaN",
    "ORBIT_WEBHOOK_URL": "http://canary.example.org",
    "ORBIT_WEB_PORT": "99999",
}


def test_doctor_names_ten_broken_settings(tmp_path: Path) -> None:
    """Every broken setting is named with its remedy, all at once; exit 1, no value shown."""
    report = orbit(tmp_path, "doctor", **TEN_BROKEN)
    assert report.returncode == 1
    for name in TEN_BROKEN:
        assert f"BAD {name}:" in report.stdout
    assert report.stdout.count("Next:") == len(TEN_BROKEN) + 1  # and the panel has no password
    assert "canary" not in report.stdout + report.stderr


def test_doctor_names_everything_that_does_not_answer(tmp_path: Path) -> None:
    """With good settings and unreachable machines each one is named with its remedy; secrets stay secret."""
    report = orbit(tmp_path, "doctor", "--json", **UNREACHABLE)
    facts = json.loads(report.stdout)
    bad = {finding["about"] for finding in facts["findings"] if not finding["ok"]}
    assert report.returncode == 1
    assert {"bot token", "panel login", "chain"} <= bad
    assert all(finding["remedy"] for finding in facts["findings"] if not finding["ok"])
    assert "canary" not in report.stdout + report.stderr


@pytest.mark.parametrize(("command", "code"), [("run", NEEDS_OWNER), ("doctor", 1), ("panels audit", 1)])
def test_bad_settings_stop_a_command(tmp_path: Path, command: str, code: int) -> None:
    """Without settings nothing starts: what is missing is listed, without a traceback."""
    report = orbit(tmp_path, *command.split())
    shown = report.stdout + report.stderr
    assert report.returncode == code
    assert "BOT_TOKEN" in shown
    assert "Traceback" not in shown


def test_ledger_of_a_new_database(tmp_path: Path) -> None:
    """Without a schema the next step is printed; after it the audit of an empty ledger passes."""
    before = orbit(tmp_path, "ledger", "audit")
    assert before.returncode == 1
    assert "orbit migrate" in before.stderr
    assert orbit(tmp_path, "migrate").returncode == 0
    refused = orbit(tmp_path, "migrate", "--for", "orbit_shop")
    assert (refused.returncode, refused.stdout.count("The schema is at")) == (1, 1)
    assert "SQLite knows no roles" in " ".join(refused.stderr.split())
    after = orbit(tmp_path, "ledger", "audit", "--json")
    assert after.returncode == 0
    assert json.loads(after.stdout) == {"balanced": True, "entries": 0, "findings": []}
    unknown = orbit(tmp_path, "explain", "5")
    assert unknown.returncode == 1
    assert "Traceback" not in unknown.stderr


def test_wrong_arguments_get_a_usage_line(tmp_path: Path) -> None:
    """An unknown command or a wrong argument gets a usage line, not a traceback."""
    for arguments in (
        ("sell",),
        ("demo", "--break", "everything"),
        ("explain", "somebody"),
        ("panels", "audit", "everything"),
        ("demo", "--port", "99999999"),
    ):
        report = orbit(tmp_path, *arguments)
        assert report.returncode == 2
        assert "Traceback" not in report.stderr


@pytest.mark.parametrize("broken", [(), ("--break", "panel"), ("--break", "chain")])
def test_headless_demo_ends_delivered(tmp_path: Path, broken: tuple[str, ...]) -> None:
    """One purchase, one reminder, one renewal; with the panel or the chain broken at first it ends the same, later."""
    report = orbit(tmp_path, "demo", "--headless", "--json", *broken)
    assert report.returncode == 0, report.stdout + report.stderr
    facts = json.loads(report.stdout)
    names = [step["name"] for step in facts["steps"]]
    assert facts["ok"] is True
    assert facts["order"] == {"state": "delivered"}
    assert facts["key"]["subscription_url"].startswith("http")
    assert facts["ledger"]["balanced"] is True
    assert [name for name in names if name in ("delivered", "reminder", "renewed")] == [
        "delivered",
        "reminder",
        "renewed",
    ]
    assert ("broken" in names) is bool(broken)
