"""Anything that may happen to the shop's token wallet, played on a simulated chain; and what the ledger says of it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from hypothesis import strategies as st

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_domain.money import USDT
from orbit_domain.payment.source import Cursor, ReceiptSource
from orbit_domain.storage import Storage
from orbit_sandbox.chain.cells import Encoding, comment_body
from orbit_sandbox.chain.jettons import SimJetton
from tests.integration.ton.conftest import COIN, URL
from tests.integration.ton.wallet_history import Step, Wallet, open_wallet

USD = 10**6
PAGE = 7

EVENTS = (
    "deposit", "deposit that we refuse", "send", "send to safe", "from safe", "to ourselves", "comes back",
    "one of two comes back", "more than there is", "burnt by us", "taken", "taken in vain", "burnt", "coins",
    "other tokens", "locked",
)  # fmt: skip
histories: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.sampled_from(EVENTS[:-1]), st.sampled_from([1, USD, 3 * USD + 1]))
    | st.tuples(st.just("read"), st.integers(0, 3)),
    min_size=3,
    max_size=20,
)
"""Events with their units, and readings that crash in the transaction of that number (0: they don't)."""


@dataclass
class TokenWallet:
    """The wallet's tokens: a hundred USDT of its owner, and an older payment of one."""

    wallet: Wallet
    usdt: SimJetton = field(init=False)

    def __post_init__(self) -> None:
        self.usdt = SimJetton(self.wallet.sim)
        self.usdt.give(self.wallet.payer, 10**6 * USD)
        self.usdt.give(self.wallet.safe, 10**6 * USD)
        self.usdt.give(self.shop, 100 * USD)
        self.usdt.pay(self.wallet.payer, self.shop, USD, "before the shop")
        self.nowhere = self.wallet.sim.wallet("nowhere", deployed=False)

    @property
    def shop(self) -> str:
        return self.wallet.address

    @property
    def source(self) -> JettonSource:
        """The tokens as a source; the safe is an account of the shop that isn't read."""
        return self.source_of(self.shop)

    def source_of(self, owner: str) -> JettonSource:
        api = ToncenterApi(self.wallet.http, URL, Network.TESTNET, attempts=1)
        parse = partial(TonAddress.parse, network=Network.TESTNET)
        wallet = JettonWallet(api, parse(owner), parse(self.usdt.master), self.wallet.clock)
        return JettonSource(wallet, frozenset({parse(owner), parse(self.wallet.safe)}), PAGE)

    def happen(self, event: str, units: int) -> None:
        """Play *event* with *units*, or as many as there are."""
        usdt, sim, shop, payer = self.usdt, self.wallet.sim, self.shop, self.wallet.payer
        ours, comment = min(units, usdt.balance_of(shop)), comment_body("REF")
        match event:
            case "deposit":
                usdt.pay(payer, shop, units, "ORB7K3M9P2Q4WX")
            case "deposit that we refuse":
                usdt.pay(payer, shop, units, "back", fails=True)
            case "send":
                usdt.pay(shop, payer, ours, "thanks")
            case "send to safe":
                usdt.pay(shop, self.wallet.safe, ours)
            case "from safe":
                usdt.pay(self.wallet.safe, shop, units)
            case "to ourselves":
                usdt.pay(shop, shop, ours)
            case "comes back":
                usdt.pay(shop, self.nowhere, ours, "REF", encoding=Encoding.SNAKE, fails=True)
            case "one of two comes back":
                first = usdt.depart(shop, self.nowhere, ours // 2, comment)
                second = usdt.depart(shop, payer, ours // 2, comment)
                usdt.arrive(second)
                usdt.arrive(first, fails=True)
            case "more than there is":
                usdt.fail(shop, payer, 10**9 * USD)
            case "burnt by us":
                usdt.burn(shop, ours)
            case "taken" | "taken in vain":
                usdt.arrive(usdt.depart(shop, payer, ours, comment, by=usdt.master), fails=event != "taken")
            case "burnt":
                usdt.burn(shop, ours, by=usdt.master)
            case "coins":
                sim.pay(payer, usdt.wallet_of(shop), COIN)
            case "other tokens":
                other = SimJetton(sim, "another usdt")
                other.give(payer, units)
                other.pay(payer, shop, units)
            case "locked":
                usdt.lock(shop)
        self.wallet.clock.advance(seconds=1)

    async def read(self, fatal: int = 0, *sources: ReceiptSource) -> None:
        await self.wallet.read(fatal, *(sources or (self.source,)))

    async def accounts(self) -> Counter[str]:
        """What stands on each account in units of USDT; empty ones aren't in it."""
        return await self.wallet.accounts(USDT)

    async def cursor(self) -> Cursor | None:
        """How far the tokens were read."""
        async with self.wallet.inner.transaction() as tx:
            return await tx.cursors.get(self.source.name)

    async def held(self) -> int | None:
        """What the contract says that it held where the recorded cursor stands; None before the first reading."""
        cursor = await self.cursor()
        told = await self.source.balance(cursor) if cursor is not None else None
        return told.units if told is not None else None


@asynccontextmanager
async def open_tokens(**parts: Storage) -> AsyncIterator[TokenWallet]:
    """Tokens on a chain of their own."""
    async with open_wallet(**parts) as wallet:
        yield TokenWallet(wallet)
