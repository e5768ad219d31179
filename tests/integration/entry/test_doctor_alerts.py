"""`orbit doctor` says whether the owner can be told of anything."""

import asyncio
from pathlib import Path

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.repository import UNREACHABLE
from orbit_entry.commands.doctor import run_doctor
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.alerts import check_alerts
from orbit_entry.doctor.messages import check_messages
from orbit_testing import samples
from orbit_testing.contracts.notifier import ONE_OF_EACH
from orbit_testing.samples import HOUR, NOW
from tests.support.clock import FakeClock

OWNER = TelegramId(777)
SETTINGS = {
    "BOT_TOKEN": "123456789:AAcanary-canary-canary-canary-canary",
    "ORBIT_PANEL_URL": "http://127.0.0.1:9",
    "ORBIT_PANEL_PASSWORD": "canary-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
    "ORBIT_TON_API_URL": "http://127.0.0.1:9/api/v3",
    "ORBIT_TON_SECOND_API_URL": "http://127.0.0.1:9",
    "ORBIT_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "ORBIT_OWNER_ID": str(OWNER),
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a shop with an owner, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}")
    return read_settings(Settings)


async def test_an_owner_who_hasn_t_started_the_bot_is_told_so(settings: Settings) -> None:
    """Before /start the alerts that wait are counted; after it nothing is wrong; blocked, they are lost."""
    assert await check_alerts(settings) == ()
    await migrate(settings.database)
    engine = open_engine(settings.database)
    storage = SqlStorage(engine, base=RUB)
    async with storage.transaction() as tx:
        for number in range(3):
            await tx.outbox.add(samples.message(number, OWNER, notice=ONE_OF_EACH[-1]))
    (before,) = await check_alerts(settings)
    assert (before.ok, before.is_warning, before.remedy) == (True, True, "press /start in the bot")
    assert before.seen == "the owner 777 hasn't started the bot: 3 alerts wait"
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(OWNER))
    (started,) = await check_alerts(settings)
    assert (started.ok, started.is_warning) == (True, False)
    async with storage.transaction() as tx:
        await tx.users.set_unreachable(OWNER, NOW)
    (blocked,) = await check_alerts(settings)
    assert (blocked.is_warning, "blocked" in blocked.seen) == (True, True)
    without = settings.model_copy(update={"owner_id": None})
    assert await check_alerts(without) == ()
    (nothing,) = await check_messages(settings, FakeClock())
    assert (nothing.is_warning, nothing.seen) == (False, "in the last day none was given up")
    async with storage.transaction() as tx:
        for error in (UNREACHABLE, UNREACHABLE, "this version can't read the notice"):
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 1)
            await tx.outbox.dead_letter(claimed, FakeClock().now(), error)
    (lost,) = await check_messages(settings, FakeClock())
    topic = ONE_OF_EACH[-1].kind
    assert (lost.ok, lost.is_warning) == (True, True)
    assert lost.seen == f"in the last day this version couldn't send 1 {topic}"
    await engine.dispose()


def test_the_report_holds_the_check(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """`orbit doctor` runs it with the others."""
    asyncio.run(migrate(settings.database))
    run_doctor(as_json=False)
    said = capsys.readouterr().out
    assert "the owner 777 hasn't started the bot" in said
    assert "none was given up" in said
