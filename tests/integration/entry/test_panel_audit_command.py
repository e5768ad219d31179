"""`orbit panels audit` over a real database and a simulated panel."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.panel_plugin.http_client import panel_client
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.key import Key
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
from tests.integration.entry.terminal import Output, Terminal, open_terminal

TAGS = ("VLESS Frankfurt",)


@dataclass(frozen=True)
class AuditedShop:
    """A shop with three keys on one panel, and the command that a person types there."""

    terminal: Terminal
    sim: SimMarzban
    faults: Faults
    keys: tuple[Key, ...]

    async def audit(self, *, as_json: bool = False) -> Output:
        return await self.terminal.run(partial(audit_panels, as_json=as_json))

    async def facts(self) -> Any:
        return json.loads((await self.audit(as_json=True)).out)


@pytest.fixture
async def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[AuditedShop]:
    sim, faults = demo_panel(SystemClock(), Random(7)), Faults(FAULTS)
    async with serving(marzban_app(sim, faults), "127.0.0.1", 0) as address:
        ours = {"ORBIT_PANEL_URL": address, "ORBIT_PANEL_USERNAME": USERNAME, "ORBIT_PANEL_PASSWORD": PASSWORD}
        async with open_terminal(tmp_path, monkeypatch, capsys, secret=PASSWORD, **ours) as terminal:
            yield AuditedShop(terminal, sim, faults, await _sell(terminal.storage))


async def _sell(storage: SqlStorage) -> tuple[Key, ...]:
    """Three keys of one customer that the panel has confirmed."""
    first, sold = read_settings(Settings).first_panel, []
    assert first is not None
    settings = MarzbanSettings(panel_id=first.panel_id, **dict(first.connection))
    ends_at = SystemClock().now() + timedelta(days=30)
    async with panel_client(settings) as http:
        panel = MarzbanPanel(settings, http, SystemClock())
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        for number in (1, 2, 3):
            key = samples.placed(samples.key(number, expires_at=ends_at), "main", "Frankfurt", TAGS)
            confirmed = key.confirm(0, 1, await panel.ensure(key.account()), ends_at)
            async with storage.transaction() as tx:
                await tx.keys.add(confirmed)
            sold.append(confirmed)
    return tuple(sold)


async def test_panels_that_agree_are_told_in_one_line(shop: AuditedShop) -> None:
    """Exit 0, with what was read."""
    shown = await shop.audit()
    assert (shown.code, shown.out) == (0, "The panels hold what the keys say: 3 accounts and 3 keys read.\n")
    assert await shop.facts() == {"accounts": 3, "keys": 3, "findings": [], "not_audited": []}


async def test_every_finding_is_a_line_with_its_next_step(shop: AuditedShop) -> None:
    """A lost account, a changed one, a second one, and one without an owner: exit 1, four lines, and JSON."""
    users = shop.sim.users
    lost, changed, kept = (key.username for key in shop.keys)
    del users[lost]
    users[changed].expire, users[changed].data_limit, users[changed].status = None, None, "disabled"
    users["orbit_x"] = replace(users[kept], username="orbit_x")
    users["orbit_y"] = replace(users[kept], username="orbit_y", note=f"orbit:{samples.identity(404)}")
    shown = await shop.audit()
    first, *lines = shown.out.splitlines()
    assert (shown.code, first) == (1, "The panels and the keys differ: 4 accounts and 3 keys read.")
    assert len(lines) == 4
    assert all(". Next: " in line for line in lines)
    (missing,) = [line for line in lines if "is missing" in line]
    assert f"account {lost} on panel main is missing; user {ALICE} has paid for it" in missing
    (told,) = [line for line in lines if "was changed" in line]
    assert "end is never, confirmed was" in told
    assert f"traffic is unlimited, confirmed was {shop.keys[1].traffic_bytes} bytes" in told
    assert "status is disabled, confirmed was active" in told
    facts = await shop.facts()
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
async def test_a_panel_that_is_down_is_one_line(shop: AuditedShop, fault: str) -> None:
    """Not audited isn't agreed and isn't differing: exit 3, the reason, the next step."""
    shop.faults.turn_on(fault)
    shown = await shop.audit()
    first, line = shown.out.splitlines()
    assert (shown.code, first) == (3, "Not every panel was audited: 0 accounts and 3 keys read.")
    assert line.startswith("panel main wasn't audited: ")
    assert line.endswith(". Next: orbit doctor")
    assert [one["panel_id"] for one in (await shop.facts())["not_audited"]] == ["main"]


async def test_a_name_from_the_panel_can_not_move_the_cursor_of_the_terminal(shop: AuditedShop) -> None:
    """Whatever the panel calls an account stays on its line."""
    users = shop.sim.users
    users["x\x1b[2J\ny"] = replace(users[shop.keys[0].username], username="x\x1b[2J\ny")
    shown = await shop.audit()
    assert (shown.code, len(shown.out.splitlines())) == (1, 2)
    assert "account x\\x1b[2J\\ny on panel main" in shown.out
