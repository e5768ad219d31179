"""The owner adds, changes, looks at and removes panels at a terminal."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from orbit_adapters.backup.age_keys import Identity, throwaway_key
from orbit_adapters.backup.archive import open_archive, open_target
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import read_keys
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.link import token_purpose
from orbit_entry.cli import main
from orbit_entry.web.server import serving
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, SimMarzban, demo_panel
from orbit_sandbox.remnawave import slow_answers
from orbit_sandbox.remnawave.app import remnawave_app
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V3, demo_remnawave
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.backup.backed_up_shop import BackedUpShop
from tests.integration.entry.terminal import Output, Terminal, open_terminal

FRA = PanelId("fra")
SECRET = ("--secret", "password=password")


@dataclass(frozen=True)
class PanelShop:
    """A shop without panels in its settings, a panel that runs at *address*, and its owner's terminal."""

    terminal: Terminal
    monkeypatch: pytest.MonkeyPatch
    sim: SimMarzban
    address: str

    async def type(self, *arguments: str, keys: str = "") -> Output:
        """Run `orbit` with *arguments*, and with *keys* of secrets; no secret is ever printed."""
        self.monkeypatch.setenv("ORBIT_SECRET_KEYS", keys)
        return await self.terminal.run(partial(orbit, arguments))

    async def add(self, *more: str, panel_id: str = "fra") -> Output:
        """Add the running panel."""
        reached = (f"base_url={self.address}", f"username={USERNAME}", "subscription_base_url=https://keys.example.org")
        return await self.type("panel", "add", panel_id, "--kind", "marzban", *reached, *SECRET, *more)

    async def facts(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        return json.loads((await self.type("panel", *arguments, "--json")).out)


def orbit(arguments: tuple[str, ...]) -> int:
    """The command as the shell runs it; how it ends."""
    with patch.object(sys, "argv", ["orbit", *arguments]), pytest.raises(SystemExit) as end:
        main()
    return end.value.code if isinstance(end.value.code, int) else 1


@pytest.fixture
async def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[PanelShop]:
    sim = demo_panel(SystemClock(), Random(7))
    # What they set holds for a whole process, and this one has other tests to run.
    for name in ("start_logging", "keep_files_private"):
        monkeypatch.setattr(f"orbit_entry.cli.{name}", lambda *_: None)
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "canary").write_text("canary")
    async with (
        serving(marzban_app(sim, Faults(FAULTS)), "127.0.0.1", 0) as address,
        open_terminal(tmp_path, monkeypatch, capsys, secret=PASSWORD, ORBIT_PANEL_URL="off") as terminal,
    ):
        yield PanelShop(terminal, monkeypatch, sim, address)


async def test_a_panel_is_looked_at_and_added(shop: PanelShop) -> None:
    """An empty shop says what to do; what the panel says is shown; it is listed, explained, drained and logged."""
    empty = await shop.type("panel", "list")
    assert "orbit panel add" in empty.out
    added = await shop.add("--capacity", "500", "--reason", "grows")
    assert added.code == 0, added.out + added.err
    for line in ("panel login", "panel sudo", "panel version", "panel clock", "panel inbounds", "panel nodes"):
        assert f"ok  {line}: " in added.out
    (listed,) = await shop.facts("list")
    assert (listed["id"], listed["state"], listed["keys"], listed["capacity"]) == ("fra", "takes keys", 0, 500)
    explained = await shop.facts("explain")
    assert explained["chosen"]["panel"] == "fra"
    assert {one["node"]: one["out"] for one in explained["candidates"]} == {"Amsterdam": None, "Frankfurt": None}
    assert (await shop.type("panel", "drain", "fra")).code == 0
    nowhere = await shop.type("panel", "explain")
    assert (nowhere.code, nowhere.out.count("out: its panel is draining")) == (1, 2)
    shown = await shop.facts("show", "fra")
    assert (shown["state"], shown["connection"]["password"]) == ("draining", "(sealed)")
    assert [(one["action"], one["what"]) for one in shown["actions"]] == [
        ("change_panel", "draining: False → True"),
        ("add_panel", "marzban; grows"),
    ]
    stored = b"".join(path.read_bytes() for path in (shop.terminal.folder / "data").glob("orbit.db*"))
    assert PASSWORD.encode() not in stored
    assert (shop.terminal.folder / "data" / "secret_keys").stat().st_mode & 0o777 == 0o600


async def test_a_panel_of_another_family_is_added(shop: PanelShop) -> None:
    """A Remnawave, with its secrets from files: it is looked at, gets keys, and the doctor shows its checks."""
    (shop.terminal.folder / "token").write_text(TOKEN)
    (shop.terminal.folder / "front").write_text('{"X-Api-Key": "canary"}')
    secrets = ("--secret", "token=token", "--secret", "headers=front")
    app = remnawave_app(demo_remnawave(SystemClock(), Random(7), V3), Faults(slow_answers.FAULTS))
    async with serving(app, "127.0.0.1", 0) as address:
        added = await shop.type("panel", "add", "rw", "--kind", "remnawave", f"base_url={address}", *secrets)
        assert added.code == 0, added.out + added.err
        for line in ("login", "version", "token", "squads", "accounts", "clock", "devices"):
            assert f"ok  panel {line}: " in added.out
        assert "?   panel remarks: custom remarks on" in added.out
        chosen = (await shop.facts("explain"))["chosen"]
        assert (chosen["panel"], chosen["node"]) == ("rw", "Helsinki")
        connection = (await shop.facts("show", "rw"))["connection"]
        assert connection.pop("base_url") == address
        assert connection == {"token": "(sealed)", "secret": "(sealed)", "headers": {"X-Api-Key": "(sealed)"}}
        doctor = await shop.type("doctor")
        assert "ok  panel rw squads: Helsinki: Helsinki node; Warsaw: Warsaw node" in doctor.out
        assert not [word for word in (TOKEN, "canary") for one in (added, doctor) if word in one.out + one.err]
        typed = await shop.type("panel", "set", "rw", 'cookies={"gate": "canary"}')
        assert (typed.code, "cookies is secret" in typed.err, "canary" in typed.err) == (2, True, False)


async def test_a_panel_that_is_not_fit_is_not_added(shop: PanelShop) -> None:
    """An unreachable panel and a wrong password are told with the next step and recorded only on the owner's word."""
    typed = ("panel", "add", "fra", "--kind", "marzban", "username=a", "--secret", "password=canary")
    unreachable = await shop.type(*typed, "base_url=http://127.0.0.1:9")
    assert unreachable.code == 1
    assert "BAD panel login: the connection failed: it refuses the connection" in unreachable.out
    assert "--even-so" in unreachable.out
    refused = await shop.type(*typed, f"base_url={shop.address}")
    assert (refused.code, "BAD panel login" in refused.out) == (1, True)
    assert await shop.facts("list") == []
    anyway = await shop.type(*typed, "base_url=http://127.0.0.1:9", "--even-so")
    assert anyway.code == 0
    tested = await shop.type("panel", "test", "fra")
    assert (tested.code, "BAD panel login" in tested.out) == (1, True)
    doctor = await shop.type("doctor")
    assert "BAD panel fra login" in doctor.out


WRONG = {
    "no family": (("add", "fra", "--kind", "canary"), 1, "installed"),
    "no id": (("add", "Fra!", "--kind", "marzban"), 2, "must be up to 32"),
    "no field": (("add", "fra", "--kind", "marzban", "adress=x"), 2, "isn't a field"),
    "no value": (("add", "fra", "--kind", "marzban", "https://x.example"), 2, "what was given isn't a field"),
    "missing": (("add", "fra", "--kind", "marzban", "username=a"), 2, "base_url is missing"),
    "senseless": (("add", "fra", "--kind", "marzban", "base_url=canary", "username=a"), 2, "base_url isn't right"),
    "no JSON": (("add", "fra", "--kind", "marzban", "nodes={canary"), 2, "nodes isn't JSON"),
    "typed secret": (("add", "fra", "--kind", "marzban", "password=canary"), 2, "password is secret"),
    "no secret": (("add", "fra", "--kind", "marzban", "--secret", "username=x"), 2, "isn't a secret field"),
    "no file": (("add", "fra", "--kind", "marzban", "--secret", "password=none"), 2, "can't be read"),
    "nobody asked": (("add", "fra", "--kind", "marzban", "base_url=http://x.example", "username=a"), 1, "--secret"),
    "unknown": (("drain", "fra"), 1, "no panel fra"),
    "stop what": (("rebalance", "--stop", "--dry-run"), 2, "--stop stands alone"),
    "forget what": (("remove", "fra", "--forget"), 1, "no panel fra"),
    "nothing": (("set", "fra"), 2, "nothing is to be changed"),
}


async def test_wrong_arguments_are_refused(shop: PanelShop) -> None:
    """Each is named with what would be right, nothing is recorded, and nothing that was typed is repeated as it was."""
    for case, (arguments, code, words) in WRONG.items():
        ended = await shop.type("panel", *arguments)
        told = " ".join((ended.out + ended.err).replace("│", " ").split())
        assert (ended.code, words in told) == (code, True), (case, told)
        assert "canary" not in told.replace("the kind canary", "")
    assert await shop.facts("list") == []


async def test_a_panel_with_keys_is_not_removed(shop: PanelShop) -> None:
    """It says how many live there or are to be removed; then it goes, with its password, and may come again."""
    await shop.add()
    async with shop.terminal.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.keys.add(samples.placed(samples.key(), FRA, "Frankfurt", ("VLESS Frankfurt",)))
    refused = await shop.type("panel", "remove", "fra")
    assert refused.code == 1
    assert "keys live on the panel fra, 1 of them" in refused.err
    assert "evacuate" in refused.err
    async with shop.terminal.storage.transaction() as tx:
        key = await tx.keys.lock(samples.key().id)
        assert key is not None
        await tx.keys.save(samples.placed(key, "ams", "A", ("in",)))
    (listed,) = await shop.facts("list")
    assert (listed["keys"], listed["leaving"], listed["to_be_removed"]) == (0, 0, 1)
    left = await shop.type("panel", "remove", "fra")
    assert (left.code, "still to be removed on the panel fra, 1 of them" in left.err) == (1, True)
    assert "orbit panel remove fra --forget" in left.err
    gone = await shop.type("panel", "remove", "fra", "--forget", "--reason", "burnt")
    assert (gone.code, "that are forgotten: 1" in gone.out) == (0, True)
    async with shop.terminal.storage.transaction() as tx:
        assert (await tx.panels.all(), await tx.panel_connections.all()) == ((), {})
    assert (await shop.add()).code == 0


async def test_keys_are_spread_again_on_the_owner_s_word(shop: PanelShop) -> None:
    """Begun with what will move, shown with how far it is, and stopped."""
    for panel_id in ("fra", "ams"):
        assert (await shop.add("--exclude", "Amsterdam", panel_id=panel_id)).code == 0
    assert "nothing to stop" in (await shop.type("panel", "rebalance", "--stop")).out
    async with shop.terminal.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number in range(1, 5):
            home = {"panel_id": FRA, "node": "Frankfurt", "groups": ("VLESS Frankfurt",), "applied_revision": 1}
            ends_at = SystemClock().now() + 30 * 24 * samples.HOUR
            await tx.keys.add(samples.key(number, username=f"u{number}", expires_at=ends_at, **home))
    begun = await shop.type("panel", "rebalance", "--reason", "grows")
    assert (begun.code, "Keys to move: 2, at most 60 an hour: about 1 hour." in begun.out) == (0, True)
    shown = await shop.facts("rebalance", "--dry-run")
    assert (shown["runs"], shown["moved"], shown["moves"][0]["keys"], shown["spread_after"]) == (True, 0, 2, "0 %")
    stopped = await shop.type("panel", "rebalance", "--stop")
    assert (stopped.code, "The rebalance is stopped." in stopped.out) == (0, True)


async def test_keys_of_secrets_are_rotated(shop: PanelShop) -> None:
    """The doctor says that an older key is needed, resealing ends that, and a key that is lost is told.

    A shop that is restored from before says whose key is missing, and takes it.
    """
    await shop.add()
    nothing = await shop.type("secrets", "reseal", "--dry-run")
    assert "Nothing is to be done" in nothing.out
    file = shop.terminal.folder / "data" / "secret_keys"
    older, newer = file.read_text().strip(), (await shop.type("secrets", "new")).out.strip()
    both = f"{newer},{older}"
    async with shop.terminal.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        sealed = SecretBox(read_keys(older)).seal(b"token", token_purpose(ALICE))
        await tx.subscription_links.put(samples.subscription_link(sealed_token=sealed))
    said = (await shop.type("doctor", keys=both)).out
    assert "stored secrets: 1, sealed with an older key: 1" in said
    assert "sealed with an older key: customers' links: 1 of 1" in said
    counted = (await shop.type("secrets", "reseal", "--dry-run", keys=both)).out
    assert "panels' secrets that another key than" in counted
    assert "Nothing was changed." in counted
    database = f"sqlite+aiosqlite:///{shop.terminal.folder / 'data' / 'orbit.db'}"
    backed_up = BackedUpShop(database, shop.terminal.folder, throwaway_key())
    made = await backed_up.back_up()
    lost = await shop.type("secrets", "reseal", keys=newer)
    assert (lost.code, older.partition(":")[0] in lost.err) == (1, True)
    assert "its secrets are sealed with the key" in (await shop.type("panel", "test", "fra", keys=newer)).err
    told = (await shop.type("secrets", "reseal", keys=both)).out
    assert "Sealed anew: 2." in told
    assert "Backups from before need the older keys" in told
    assert (await shop.type("panel", "test", "fra", keys=newer)).code == 0
    given = await shop.type("panel", "set", "fra", "--secret", "password=password", "nodes={}", keys=older)
    assert given.code == 0, given.out + given.err
    assert (await shop.type("panel", "test", "fra")).code == 0

    copy = shop.terminal.folder / "restored.db"
    await restored(backed_up.path / made.backup.name, backed_up.key, copy)
    shop.monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{copy}")
    without = await shop.type("secrets", "reseal", keys=newer)
    assert (without.code, older.partition(":")[0] in without.err) == (1, True)
    assert "Sealed anew: 2." in (await shop.type("secrets", "reseal", keys=both)).out
    assert (await shop.type("panel", "test", "fra", keys=newer)).code == 0


async def restored(archive: Path, key: Identity, to: Path) -> None:
    """What is in *archive*, in a database of its own."""
    address = f"sqlite+aiosqlite:///{to}"
    with archive.open("rb") as opened:
        async with open_archive(opened, [key]) as found:
            await migrate(address, found.head().revision)
            async with open_target(address) as target:
                await found.load(target, lambda _: None)
