"""`orbit chain show` and `orbit chain reset` over a real database and a simulated index."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from orbit_adapters.memory.chain import MemoryChain
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.payment.source import Cursor
from orbit_entry.commands.chain import reset_chain, show_chain
from orbit_entry.commands.chain_list import list_wallets
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.outside import OutsideChecks
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.web.server import serving
from orbit_sandbox.chain.jettons import SimJetton
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.integration.entry.command import orbit
from tests.integration.entry.terminal import Output, Terminal, open_terminal
from tests.support.clock import FakeClock

COIN = 10**9


@dataclass(frozen=True)
class WatchedShop:
    """A shop, its chain and the index of it, and the commands that a person types there."""

    terminal: Terminal
    sim: SimChain
    faults: Faults
    wallet: str

    @property
    def storage(self) -> SqlStorage:
        return self.terminal.storage

    @property
    def source(self) -> str:
        return f"ton:testnet:{self.wallet}"

    async def show(self, *, as_json: bool = False, account: str = "") -> Output:
        return await self.terminal.run(partial(show_chain, as_json=as_json, account=account))

    async def reset(
        self, lt: int | None = None, reason: str = "", *, confirmed: bool = False, account: str = ""
    ) -> Output:
        return await self.terminal.run(partial(reset_chain, lt, reason, confirmed=confirmed, account=account))

    async def orbit(self, *arguments: str, **changed: str) -> Output:
        """The command in a process of its own."""
        environment = {**self.terminal.environment, **changed}
        ended = await asyncio.to_thread(orbit, self.terminal.folder, *arguments, **environment)
        assert "Traceback" not in ended.stdout + ended.stderr
        assert self.terminal.secret not in ended.stdout + ended.stderr
        return Output(ended.returncode, ended.stdout, ended.stderr)

    async def move(self, cursor: Cursor) -> None:
        async with self.storage.transaction() as tx:
            assert await tx.cursors.move(await tx.cursors.get(self.source), cursor)

    async def cursor(self) -> Cursor | None:
        async with self.storage.transaction() as tx:
            return await tx.cursors.get(self.source)


@pytest.fixture
async def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[WatchedShop]:
    sim, faults = SimChain(SystemClock(), seed=3), Faults(FAULTS)
    wallet = sim.wallet("shop")
    sim.pay(sim.wallet("payer", 100 * COIN), wallet, COIN, "first")
    async with serving(toncenter_app(sim, faults), "127.0.0.1", 0) as address:
        ours = {"ORBIT_TON_NETWORK": "testnet", "ORBIT_TON_ADDRESS": wallet, "ORBIT_TON_API_URL": f"{address}/api/v3"}
        async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary", **ours) as terminal:
            yield WatchedShop(terminal, sim, faults, wallet)


async def test_show_says_why_a_scanner_stands_still_and_reset_continues(shop: WatchedShop) -> None:
    """A false cursor: show names the reason and the next step; a dry run changes nothing, the owner's word does."""
    tx = shop.sim.account(shop.wallet).transactions[-1]
    invented = Cursor(shop.source, f"{tx.lt + 1}:{'ab' * 32}")
    await shop.move(invented)
    shown = await shop.show()
    assert shown.code == 1
    assert "the transaction that was read last is not shown any more" in " ".join(shown.out.split())
    assert "orbit chain reset" in shown.out
    dry = await shop.reset(tx.lt)
    assert (dry.code, await shop.cursor()) == (0, invented)
    assert "Nothing was changed" in dry.out
    done = await shop.reset(reason="an invented row", confirmed=True)
    assert done.code == 0
    assert f"Not proved: transactions after lt 0, up to lt {tx.lt}" in done.out
    assert await shop.cursor() == Cursor(shop.source, f"{tx.lt}:{tx.hash.hex()}")
    async with shop.storage.transaction() as transaction:
        (row,) = await transaction.admin_log.of_subject(shop.source, 5)
    assert row.actor.startswith("cli:")
    assert row.reason.endswith(": an invented row")
    assert (await shop.show()).code == 0


async def test_the_tokens_of_the_wallet_have_a_scanner_of_their_own(
    shop: WatchedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--usdt` the commands speak of USDT, or say what to set in a shop without it; the doctor shows both."""
    with pytest.raises(CannotStart, match="no USDT is read"):
        await shop.terminal.run(partial(show_chain, as_json=True, usdt=True))
    usdt, payer = SimJetton(shop.sim), shop.sim.wallet("payer")
    usdt.give(payer, 5)
    tx = usdt.pay(payer, shop.wallet, 5)
    monkeypatch.setenv("ORBIT_USDT_TON", "on")
    monkeypatch.setenv("ORBIT_USDT_TON_MASTER", usdt.master)
    name = f"ton_usdt:testnet:{shop.wallet}"
    async with shop.storage.transaction() as transaction:
        await transaction.cursors.move(None, Cursor(name, f"{tx.lt}:{'ab' * 32}"))
    stopped = await shop.terminal.run(partial(show_chain, as_json=True, usdt=True))
    assert (stopped.code, json.loads(stopped.out)["source"]) == (1, name)
    reset = partial(reset_chain, None, "an invented row", confirmed=True, usdt=True)
    assert (await shop.terminal.run(reset)).code == 0
    async with shop.storage.transaction() as transaction:
        assert await transaction.cursors.get(name) == Cursor(name, f"{tx.lt}:{tx.hash.hex()}")
    async with httpx.AsyncClient() as http:
        lines = await OutsideChecks(read_settings(Settings), SystemClock(), http).scanner()
    assert [line.about for line in lines] == ["scanner", "USDT scanner"]


async def test_t59_a_former_wallet_is_listed_checked_and_can_be_reset(shop: WatchedShop) -> None:
    """Both wallets are watched: the list and the doctor name them, and the former one is shown and reset by name."""
    former = shop.sim.wallet("former")
    shop.sim.pay(shop.sim.wallet("payer"), former, COIN, "older")
    tx = shop.sim.account(former).transactions[-1]
    stands = Cursor(f"ton:testnet:{former}", f"{tx.lt + 1}:{'ab' * 32}", datetime(2026, 1, 1, tzinfo=UTC))
    async with shop.storage.transaction() as transaction:
        assert await transaction.cursors.move(None, stands)
        await transaction.cursors.move(None, Cursor.start("bank:1"))
    listed = json.loads((await shop.terminal.run(partial(list_wallets, as_json=True))).out)
    name = shop.sim.friendly(former)
    assert [(row["is_current"], row["lt"]) for row in listed] == [(True, None), (False, tx.lt + 1)]
    table = (await shop.terminal.run(partial(list_wallets, as_json=False))).out
    assert listed[1]["address"] in "".join(table.split())
    async with httpx.AsyncClient() as http:
        checked = await OutsideChecks(read_settings(Settings), SystemClock(), http).scanner()
    assert [(one.about, one.ok) for one in checked] == [
        ("scanner", True),
        (f"former wallet {listed[1]['address']}", False),
    ]
    assert (await shop.show(account=name)).code == 1
    done = await shop.reset(reason="it was false", confirmed=True, account=listed[1]["address"])
    assert done.code == 0
    async with shop.storage.transaction() as transaction:
        after = await transaction.cursors.get(f"ton:testnet:{former}")
    assert after == Cursor(f"ton:testnet:{former}", f"{tx.lt}:{tx.hash.hex()}")
    with pytest.raises(CannotStart, match="neither a raw nor a friendly address"):
        await shop.show(account="nobody")


async def test_show_gives_its_facts_as_json(shop: WatchedShop) -> None:
    """Cursor, watermark and its age, what the index shows, and the verdict, for machines."""
    tx = shop.sim.account(shop.wallet).transactions[-1]
    start = Cursor.start(shop.source)
    await shop.move(replace(start, watermark=datetime(2106, 2, 7, tzinfo=UTC)))
    facts = json.loads((await shop.show(as_json=True)).out)
    assert facts["cursor"] == {"lt": 0, "hash": "0" * 64}
    assert facts["watermark_age_s"] < 0
    assert facts["index_newest"] == {"lt": tx.lt, "hash": tx.hash.hex()}
    assert facts["scanner"]["new_transfers"] == 1
    assert facts["next"] == "orbit chain reset"
    shop.faults.turn_on("chain.500")
    facts = json.loads((await shop.show(as_json=True)).out)
    assert (facts["scanner"]["reads_on"], facts["problems"][-1]) == (False, "masterchainInfo: status 500")


async def test_a_stranger_s_comment_can_not_move_the_cursor_of_the_terminal(shop: WatchedShop) -> None:
    """Control characters and markup of a logged comment are shown as they are."""
    chain = MemoryChain(SystemClock(), shop.source)
    async with shop.storage.transaction() as tx:
        await tx.source_records.add(chain.deposit(COIN, "\x1b[2J[bold]x"), datetime(2026, 1, 1, tzinfo=UTC))
    shown = await shop.show()
    assert "\x1b" not in shown.out
    assert "\\x1b[2J[bold]x" in shown.out


async def test_a_refused_reset_is_one_line_and_a_next_step(shop: WatchedShop) -> None:
    """A chain that was never read, an lt that isn't shown, an index that is silent: exit 1, nothing is changed."""
    never = await shop.reset()
    assert (never.code, never.err.splitlines()[-1]) == (1, "Next: orbit chain show")
    await shop.move(Cursor.start(shop.source))
    strange = await shop.reset(5, "why not", confirmed=True)
    assert (strange.code, "no transaction with lt 5" in strange.err) == (1, True)
    shop.faults.turn_on("chain.500")
    silent = await shop.reset(5)
    assert (silent.code, silent.err.splitlines()[-1]) == (1, "Next: orbit doctor")
    assert await shop.cursor() == Cursor.start(shop.source)


async def test_bad_arguments_settings_and_databases_are_told_without_a_traceback(shop: WatchedShop) -> None:
    """A reset without a reason, an index over plain http, and a database without a schema."""
    unsaid = await shop.orbit("chain", "reset", "--yes", "--reason", " ")
    assert (unsaid.code, "--reason" in unsaid.err) == (2, True)
    plain = await shop.orbit("chain", "show", ORBIT_TON_API_URL="http://index.example.org/api/v3")
    assert (plain.code, "must begin with https://" in " ".join(plain.err.split())) == (1, True)
    empty = await shop.orbit("chain", "show", ORBIT_DATA_DIR=str(shop.terminal.folder / "elsewhere"))
    assert (empty.code, "orbit migrate" in empty.err) == (1, True)


async def test_the_doctor_tells_a_false_watermark_and_a_scanner_that_stands_still(shop: WatchedShop) -> None:
    """The row `scanner` is bad while the watermark is later than now, missing, or too old."""
    clock, start = FakeClock(), Cursor.start(shop.source)
    expected = [
        (None, False, "start a worker; orbit chain show says why it stands still"),
        (timedelta(0), True, ""),
        (timedelta(minutes=10), True, ""),
        (timedelta(minutes=11), False, "start a worker; orbit chain show says why it stands still"),
        (timedelta(seconds=-1), False, "orbit chain reset"),
    ]
    async with httpx.AsyncClient() as http:
        doctor = OutsideChecks(read_settings(Settings), clock, http)
        assert [result.ok for result in await doctor.scanner()] == [True]
        for age, ok, remedy in expected:
            await shop.move(replace(start, watermark=clock.now() - age if age is not None else None))
            (result,) = await doctor.scanner()
            assert (result.ok, result.remedy if not ok else "") == (ok, remedy)


async def test_looking_at_the_chain_loads_no_bot() -> None:
    """The commands need the database and the chain only, so they start quickly and also while the bot can't."""
    code = "import sys, orbit_entry.commands.chain; sys.exit('aiogram' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0
