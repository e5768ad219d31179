"""Anything that may happen to the shop's wallet, drawn and played on a simulated chain; and what the ledger says."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
from hypothesis import strategies as st

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.ledger.ledger import Entry
from orbit_domain.money import RUB, TON, Currency
from orbit_domain.payment.source import Cursor, ReceiptSource
from orbit_domain.storage import Storage, Transaction
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.read_receipts import ReadReceipts
from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.integration.ton.conftest import COIN, START, URL
from tests.support.clock import FakeClock
from tests.support.world import CountedIds

ALL = 10**6
Step = tuple[str, int]

EVENTS = (
    "deposit", "dust", "nothing", "send", "send to safe", "from safe", "to ourselves", "bounced", "bounced, newer",
    "rejected", "too little to return", "forged notice", "gas back", "extra currency",
)  # fmt: skip
histories: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from([1, 700_000, COIN, 3 * COIN + 1]))
    | st.tuples(st.just("read"), st.integers(0, 3)),
    min_size=3,
    max_size=25,
)
"""Events with their nanotons, and readings that crash in the transaction of that number (0: they don't)."""


class Crashed(Exception):
    """The process is gone."""


@dataclass
class CrashingStorage:
    """*inner*, whose transaction number `fatal` from now on is lost as it commits; 0: none is."""

    inner: Storage
    fatal: int = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self.inner.transaction() as tx:
            yield tx
            self.fatal -= 1
            if self.fatal == 0:
                raise Crashed


@dataclass
class Wallet:
    """The shop's wallet with a hundred coins of its owner and an older payment, read into *inner*."""

    http: httpx.AsyncClient
    sim: SimChain
    clock: FakeClock
    inner: Storage = field(default_factory=partial(MemoryStorage, base=RUB))
    address: str = ""

    def __post_init__(self) -> None:
        self.storage = CrashingStorage(self.inner)
        self.payer = self.sim.wallet("payer", 10**6 * COIN)
        self.safe = self.sim.wallet("safe", 10**6 * COIN)
        self.address = self.address or self.sim.wallet("shop", 100 * COIN)
        self.sim.pay(self.payer, self.address, COIN, "before the shop")

    @property
    def source(self) -> TonSource:
        """The wallet as a source; the safe is an account of the shop that isn't read."""
        return self.source_of(self.address)

    def source_of(self, address: str) -> TonSource:
        api = ToncenterApi(self.http, URL, Network.TESTNET, attempts=1)
        parse = partial(TonAddress.parse, network=Network.TESTNET)
        return TonSource(api, parse(address), self.clock, own=frozenset({parse(self.safe)}), page_limit=7)

    def happen(self, event: str, units: int) -> None:
        """Play *event* with *units*."""
        sim, shop = self.sim, self.address
        match event:
            case "deposit":
                sim.pay(self.payer, shop, units, "ORB7K3M9P2Q4WX")
            case "dust":
                sample.dust(sim, shop, 3)
            case "nothing":
                sim.pay(self.payer, shop, 0, "look")
            case "send":
                sim.pay(shop, self.payer, units, "thanks")
            case "send to safe":
                sim.pay(shop, self.safe, units)
            case "from safe":
                sim.pay(self.safe, shop, units)
            case "to ourselves":
                sim.pay(shop, shop, units)
            case "bounced" | "bounced, newer":
                sample.bounced_refund(sim, shop, units, "REF", newer=event.endswith("newer"))
            case "rejected":
                sample.rejected_deposit(sim, self.payer, shop, units, "back")
            case "too little to return":
                sim.pay(self.payer, shop, units, "kept", bounce=True, fails=True, no_funds=True)
            case "forged notice":
                sample.fake_jetton(sim, shop, units)
            case "gas back":
                sample.excesses(sim, shop, units)
            case "extra currency":
                sample.extra_currency(sim, self.payer, shop, units, "extra")
        self.clock.advance(seconds=1)

    async def read(self, fatal: int = 0, *sources: ReceiptSource) -> None:
        """Read as far as there is anything, or to the crash. More *sources* take the place of the wallet's."""
        self.storage.fatal = fatal
        read = ReadReceipts(
            self.storage, self.clock, CountedIds(), MemorySources(*(sources or (self.source,))), None, rows_at_once=2
        )
        try:
            while (await read()).reads_on:
                pass
        except Crashed:
            pass

    async def entries(self) -> tuple[Entry, ...]:
        async with self.inner.transaction() as tx:
            return await tx.ledger.newest(ALL)

    async def accounts(self, currency: Currency = TON) -> Counter[str]:
        """What stands on each account in units of *currency*; empty ones aren't in it."""
        totals: Counter[str] = Counter()
        for entry in await self.entries():
            for line in entry.lines:
                totals[line.account] += line.units if line.currency == currency else 0
        return Counter({account: units for account, units in totals.items() if units})

    async def held(self, address: str = "") -> int | None:
        """What the chain says that the wallet held where its recorded cursor stands; None before the first reading."""
        source = self.source_of(address or self.address)
        async with self.inner.transaction() as tx:
            cursor = await tx.cursors.get(source.name)
        if cursor is None:
            return None
        told = await source.balance(cursor)
        assert told is not None
        assert told.units == _balance_at(self.sim, address or self.address, cursor)
        return told.units

    async def audit(self) -> tuple[str, ...]:
        return (await AuditLedger(self.inner)()).findings


def _balance_at(sim: SimChain, address: str, cursor: Cursor) -> int:
    lt = int(cursor.position.partition(":")[0])
    (at,) = [tx for tx in sim.account(address).transactions if tx.lt == lt]
    return at.balance_after


@asynccontextmanager
async def open_wallet(**parts: Storage) -> AsyncIterator[Wallet]:
    """A wallet on a chain of its own."""
    clock = FakeClock(START)
    sim = SimChain(clock, seed=7)
    transport = httpx.ASGITransport(toncenter_app(sim, Faults(FAULTS)))
    async with httpx.AsyncClient(transport=transport) as http:
        yield Wallet(http, sim, clock, **parts)
