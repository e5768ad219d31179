"""Settings are read as a whole. Every problem is reported with its remedy and without its value."""

from pathlib import Path

import pytest

from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.env_example import env_example
from orbit_entry.config.reading import BadSettings, read_settings, variables
from orbit_entry.config.settings import Settings

GOOD = {
    "BOT_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "ORBIT_PANEL_URL": "https://panel.example.org:8000/",
    "ORBIT_PANEL_PASSWORD": "canary-panel-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
}


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the machine's environment or `.env`."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def _set(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_four_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Token, panel, its password and a wallet are enough, with the embedded database."""
    _set(monkeypatch, GOOD)
    settings = read_settings(Settings)
    assert settings.panel.base_url == "https://panel.example.org:8000"
    assert settings.database == "sqlite+aiosqlite:///data/orbit.db"
    assert settings.owner is None


def test_all_problems_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bad setting is in the report, with a remedy, however many there are."""
    bad = {
        "BOT_TOKEN": "canary-token",
        "ORBIT_OWNER_ID": "@canary",
        "DATABASE_URL": "mysql://canary",
        "ORBIT_PANEL_URL": "panel.example.org",
        "ORBIT_PANEL_NODES": "{canary",
        "ORBIT_TON_ADDRESS": "EQcanary",
        "ORBIT_TON_NETWORK": "canarynet",
        "ORBIT_TON_RATE_RUB": "NaN",
        "ORBIT_WEBHOOK_URL": "http://canary.example.org",
        "ORBIT_WEBHOOK_SECRET": "canary",
        "ORBIT_WEB_PORT": "99999",
        "ORBIT_LOG_LEVEL": "canary",
        "ORBIT_PANEL_CA_FILE": "/no/such/canary.pem",
        "ORBIT_OWNERID": "1",
    }
    _set(monkeypatch, bad)
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    problems = {problem.variable: problem for problem in found.value.problems}
    assert set(problems) == {*bad, "ORBIT_PANEL_PASSWORD"}
    assert all(problem.remedy for problem in problems.values())
    assert "ORBIT_OWNER_ID" in problems["ORBIT_OWNERID"].remedy
    assert not any("canary" in f"{problem.what} {problem.remedy}" for problem in problems.values())


def test_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook without a secret is refused."""
    _set(monkeypatch, {**GOOD, "ORBIT_WEBHOOK_URL": "https://shop.example.org"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == ["ORBIT_WEBHOOK_SECRET"]


def test_secrets_may_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`BOT_TOKEN_FILE` stands for `BOT_TOKEN`, without the line break editors leave."""
    secret = tmp_path / "token"
    secret.write_text(GOOD["BOT_TOKEN"] + "\n")
    _set(monkeypatch, {**GOOD, "BOT_TOKEN_FILE": str(secret)})
    monkeypatch.delenv("BOT_TOKEN")
    assert read_settings(Settings).bot_token.get_secret_value() == GOOD["BOT_TOKEN"]


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong path isn't taken for a missing setting."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_API_KEY_FILE": "/no/such/file"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == ["ORBIT_TON_API_KEY_FILE"]


def test_database_settings_need_no_token() -> None:
    """Commands that only read the database work before the bot is set up."""
    assert read_settings(DatabaseSettings).database.endswith("orbit.db")


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings prints no secret."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_API_KEY": "canary-key", "DATABASE_URL": "postgresql+asyncpg://u:canary@h/d"})
    settings = read_settings(Settings)
    shown = f"{settings!r} {settings} {settings.panel!r} {settings.ton!r}"
    assert "canary" not in shown
    assert GOOD["BOT_TOKEN"] not in shown


def test_env_example_is_up_to_date() -> None:
    """`.env.example` is what the settings say. Next: python -m orbit_entry.config.env_example > .env.example"""
    root = Path(__file__).parents[3]
    assert (root / ".env.example").read_text(encoding="utf-8") == env_example()
