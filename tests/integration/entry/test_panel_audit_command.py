"""`orbit panels audit` over a real database and a simulated panel."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import stamina

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId
from orbit_domain.money import RUB
from orbit_entry.commands.panel_audit import audit_panels
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.web.server import serving
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import DOWN, FAULTS, HTML
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, SimMarzban, demo_panel
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.entry.command import UNREACHABLE

TAGS = ("VLESS Frankfurt",)


@dataclass(frozen=True)
class Output:
    """What a command printed, and how it ended."""

    code: int
    out: str


@dataclass(frozen=True)
class Terminal:
    """A shop with three customers on one panel, and the command that a person types there."""

    sim: SimMarzban
    faults: Faults
    keys: tuple[Key, ...]
    capsys: pytest.CaptureFixture[str]

    async def audit(self, *, as_json: bool = False) -> Output:
        self.capsys.readouterr()
        code = await asyncio.to_thread(audit_panels, as_json=as_json)  # a command has a loop of its own
        shown = self.capsys.readouterr()
        assert PASSWORD not in shown.out + shown.err
        return Output(code, shown.out)

    async def facts(self) -> Any:
        return json.loads((await self.audit(as_json=True)).out)


@pytest.fixture(autouse=True)
def one_attempt() -> Iterator[None]:
    """A panel that fails is asked once."""
    with stamina.set_testing(True):
        yield


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    (tmp_path / "data").mkdir()
    database = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'orbit.db'}"
    await migrate(database)
    sim, faults = demo_panel(SystemClock(), Random(7)), Faults(FAULTS)
    engine = open_engine(database)
    async with serving(marzban_app(sim, faults), "127.0.0.1", 0) as address:
        monkeypatch.chdir(tmp_path)
        for name in [name for name in os.environ if name.startswith(("ORBIT_", "BOT_", "DATABASE_", "REDIS_"))]:
            monkeypatch.delenv(name)
        ours = {"ORBIT_PANEL_URL": address, "ORBIT_PANEL_USERNAME": USERNAME, "ORBIT_PANEL_PASSWORD": PASSWORD}
        for name, value in {**UNREACHABLE, **ours, "COLUMNS": "200"}.items():
            monkeypatch.setenv(name, value)
        yield Terminal(sim, faults, await _sell(SqlStorage(engine, base=RUB)), capsys)
    await engine.dispose()


async def _sell(storage: SqlStorage) -> tuple[Key, ...]:
    """Three keys of one customer that the panel has confirmed."""
    settings, sold = read_settings(Settings).panel, []
    ends_at = SystemClock().now() + timedelta(days=30)
    async with panel_client(settings) as http:
        panel = MarzbanPanel(settings, http, SystemClock())
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        for number in (1, 2, 3):
            key = samples.key(number, expires_at=ends_at).place(PanelId("main"), "Frankfurt", TAGS)
            confirmed = key.confirm(1, await panel.ensure(key.account()))
            async with storage.transaction() as tx:
                await tx.keys.add(confirmed)
            sold.append(confirmed)
    return tuple(sold)


async def test_panels_that_agree_are_told_in_one_line(terminal: Terminal) -> None:
    """Exit 0, with what was read."""
    shown = await terminal.audit()
    assert (shown.code, shown.out) == (0, "The panels hold what the keys say: 3 accounts and 3 keys read.\n")
    assert await terminal.facts() == {"accounts": 3, "keys": 3, "findings": [], "not_audited": []}


async def test_every_finding_is_a_line_with_its_next_step(terminal: Terminal) -> None:
    """A lost account, a changed one, a second one, and one without an owner: exit 1, four lines, and JSON."""
    users = terminal.sim.users
    lost, changed, kept = (key.username for key in terminal.keys)
    del users[lost]
    users[changed].expire, users[changed].data_limit, users[changed].status = None, None, "disabled"
    users["orbit_x"] = replace(users[kept], username="orbit_x")
    users["orbit_y"] = replace(users[kept], username="orbit_y", note=f"orbit:{samples.identity(404)}")
    shown = await terminal.audit()
    first, *lines = shown.out.splitlines()
    assert (shown.code, first) == (1, "The panels and the keys differ: 4 accounts and 3 keys read.")
    assert len(lines) == 4
    assert all(". Next: " in line for line in lines)
    (missing,) = [line for line in lines if "is missing" in line]
    assert f"account {lost} on panel main is missing; user {ALICE} has paid for it" in missing
    (told,) = [line for line in lines if "was changed" in line]
    assert "end is never, confirmed was" in told
    assert f"traffic is unlimited, confirmed was {terminal.keys[1].traffic_bytes} bytes" in told
    assert "status is disabled, confirmed was active" in told
    facts = await terminal.facts()
    found = {one["kind"]: one for one in facts["findings"]}
    assert set(found) == {"missing", "changed", "misplaced", "ownerless"}
    assert found["misplaced"]["home"]["username"] == kept
    assert found["ownerless"]["place"] == {
        "panel_id": "main",
        "username": "orbit_y",
        "key_id": str(samples.identity(404)),
    }
    assert found["changed"]["differences"][2] == {"aspect": "status", "confirmed": "active", "seen": "disabled"}


@pytest.mark.parametrize("fault", [DOWN, HTML])
async def test_a_panel_that_is_down_is_one_line(terminal: Terminal, fault: str) -> None:
    """Not audited isn't agreed and isn't differing: exit 3, the reason, the next step."""
    terminal.faults.turn_on(fault)
    shown = await terminal.audit()
    first, line = shown.out.splitlines()
    assert (shown.code, first) == (3, "Not every panel was audited: 0 accounts and 3 keys read.")
    assert line.startswith("panel main wasn't audited: ")
    assert line.endswith(". Next: orbit doctor")
    assert [one["panel_id"] for one in (await terminal.facts())["not_audited"]] == ["main"]


async def test_a_name_from_the_panel_can_not_move_the_cursor_of_the_terminal(terminal: Terminal) -> None:
    """Whatever the panel calls an account stays on its line."""
    users = terminal.sim.users
    users["x\x1b[2J\ny"] = replace(users[terminal.keys[0].username], username="x\x1b[2J\ny")
    shown = await terminal.audit()
    assert (shown.code, len(shown.out.splitlines())) == (1, 2)
    assert "account x\\x1b[2J\\ny on panel main" in shown.out
