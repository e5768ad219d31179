"""How a shop starts: it says what it serves with, and doesn't begin with a token that Telegram refuses."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from orbit_adapters.marzban.settings import MarzbanConnection
from orbit_adapters.panel_plugin.sealed_settings import document_of
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.use_cases.add_panel import AddPanel
from orbit_entry.config.process import ALL_ROLES, NEEDS_OWNER, ProcessRole
from orbit_entry.config.reading import shop_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.runtime.secret_box import open_secret_box
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.entry.command import orbit, orbit_anew
from tests.support.empty_shop import put_empty_shop

WRONG = "123456789:AAcanary-canary-canary-canary-canary"
HOURLY = Intervals(3600, 3600, 3600, 3600)


@pytest.fixture
def sandbox() -> Sandbox:
    """The machines outside."""
    return Sandbox()


@pytest.fixture
async def given(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    """Settings of a shop whose machines outside answer."""
    await put_empty_shop(tmp_path / "orbit.db")
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        yield sandbox_settings(address, sandbox, tmp_path, None)
        # A process that has ended polls no more; the server would wait for it.
        sandbox.telegram.updates.terminate_poller()


@pytest.mark.parametrize(("command", "start"), [("run", orbit_anew), ("bot", orbit)], ids=["run", "bot"])
async def test_a_refused_token_ends_the_process(
    given: dict[str, Any], tmp_path: Path, command: str, start: Callable[..., CompletedProcess[str]]
) -> None:
    """Telegram's 401 is one line and the next step, without the token; nothing is polled."""
    await prepare_database(shop_settings(given))
    environment = {name: str(value) for name, value in {**given, "BOT_TOKEN": WRONG}.items() if value is not None}
    report = await asyncio.to_thread(start, tmp_path, command, **environment)
    assert report.returncode == NEEDS_OWNER
    assert report.stderr.startswith("Telegram refused BOT_TOKEN (Unauthorized).\nNext: ")
    assert "@BotFather" in report.stderr
    assert "canary" not in report.stdout + report.stderr


async def test_a_refused_token_stops_no_other_role(given: dict[str, Any]) -> None:
    """The worker asks Telegram for nothing at its start; the bot refuses before it changes anything."""
    settings = shop_settings({**given, "BOT_TOKEN": WRONG})
    await prepare_database(settings)
    async with run_process(settings, SystemClock(), HOURLY, frozenset({ProcessRole.WEB})):
        pass
    with pytest.raises(CannotStart):
        async with run_process(settings, SystemClock(), HOURLY, frozenset({ProcessRole.BOT})):
            pass


async def test_a_shop_starts_again_only_in_its_currency(given: dict[str, Any]) -> None:
    """The first start prices the plans in dollars; after it every role starts in dollars and none in euros."""
    settings, other = (shop_settings({**given, "ORBIT_CURRENCY": code}) for code in ("USD", "EUR"))
    await prepare_database(settings)
    for role in (ProcessRole.WEB, ProcessRole.WORKER):
        async with run_process(settings, SystemClock(), HOURLY, frozenset({role})):
            pass
        with pytest.raises(CannotStart, match="priced in USD, and ORBIT_CURRENCY is EUR"):
            async with run_process(other, SystemClock(), HOURLY, frozenset({role})):
                pass


async def told(settings: Settings) -> Sequence[str]:
    """The start report of a shop with *settings*."""
    await prepare_database(settings)
    lines: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
    async with run_process(settings, SystemClock(), HOURLY, ALL_ROLES, lines.set_result):
        return await lines


async def test_a_good_start_says_bot_wallet_and_panel(given: dict[str, Any], sandbox: Sandbox) -> None:
    """Three lines: the bot's name, the wallet with the ways to pay, the panel with its nodes; no secret."""
    settings = shop_settings(given)
    bot, wallet, panel = await told(settings)
    assert bot == f"Bot: @{sandbox.telegram.bot_username}, updates by polling"
    assert wallet.startswith(f"Wallet: {sandbox.shop_wallet} on {sandbox.chain.network}; customers pay with ton")
    assert panel.startswith(f"Panel: {settings.panel_url}, nodes: ")
    assert settings.bot_token.get_secret_value() not in f"{bot}{wallet}{panel}"


async def test_panels_of_the_database_are_said_and_must_be_usable(given: dict[str, Any], tmp_path: Path) -> None:
    """Without a panel the next step is said, each that was added has a line, and one of no family ends the start."""
    settings = shop_settings({**given, "ORBIT_PANEL_URL": "off"})
    assert (await told(settings))[2:] == ("Panel: none, so no key can be delivered. Next: orbit panel add",)
    reached = {name: given[f"ORBIT_PANEL_{name.upper()}"] for name in ("username", "password")}
    connection = MarzbanConnection(base_url=given["ORBIT_PANEL_URL"], **reached)
    document = document_of(connection, PanelId("fra"), open_secret_box(settings))
    engine = open_engine(settings.database)
    admin = (SqlStorage(engine, base=settings.base), SystemClock(), SystemIds())
    await AddPanel(*admin)(PanelRecord(PanelId("fra"), "marzban", "F"), document, "cli:test")
    (line,) = (await told(settings))[2:]
    assert line.startswith("Panel fra: nodes: ")
    await AddPanel(*admin)(PanelRecord(PanelId("shelf"), "shelf", "S"), {"folder": "/srv"}, "cli:test")
    await engine.dispose()
    with pytest.raises(CannotStart, match="panel shelf can't be used: no package for panels of the kind shelf"):
        await told(settings)


async def test_silent_machines_are_said_and_stop_nothing(given: dict[str, Any], sandbox: Sandbox) -> None:
    """A panel that is down keeps nobody from starting; the line names it with the next step."""
    sandbox.faults.turn_on("panel.down")
    _, _, panel = await told(shop_settings(given))
    assert "can't be used now" in panel
    assert panel.endswith("Next: orbit doctor")


async def test_a_telegram_that_is_down_stops_nothing(given: dict[str, Any], sandbox: Sandbox) -> None:
    """Only a refusal ends a start: a silent Telegram is asked again until it answers."""
    sandbox.faults.turn_on("telegram.down")
    bot, _, _ = await told(shop_settings(given))
    assert bot == "Bot: Telegram gives no answer yet, updates by polling"
