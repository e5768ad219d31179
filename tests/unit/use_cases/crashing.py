"""Ports through which a process dies at a chosen moment, before or after what it asked for was done."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from orbit_domain.access.account import Account, Observed
from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.money import Currency
from orbit_domain.node.fleet import NodeReading
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.ports import Chain, Rate, Rates
from orbit_domain.payment.transfer import Cursor, Scan
from orbit_domain.storage import Storage, Transaction
from tests.unit.use_cases.world import Ports, World

T = TypeVar("T")


class Crash(BaseException):
    """The process is gone. Nothing may catch it but the test."""


class Fuse:
    """Counts the moments at which a process can die, and kills it at the chosen ones."""

    def __init__(self, fatal: Collection[int] = ()) -> None:
        self.fatal = frozenset(fatal)
        self.passed = 0

    def moment(self) -> None:
        """One moment passes, or is the last."""
        self.passed += 1
        if self.passed in self.fatal:
            raise Crash(self.passed)

    async def around(self, call: Callable[[], Awaitable[T]]) -> T:
        """A moment before and a moment after *call*: it was never made, or its answer was never heard."""
        self.moment()
        answer = await call()
        self.moment()
        return answer


class MortalStorage:
    """Dies on entering a transaction, before its commit (nothing is recorded) or just after it (all is)."""

    def __init__(self, storage: Storage, fuse: Fuse) -> None:
        self._storage = storage
        self._fuse = fuse

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self._fuse.moment()
        async with self._storage.transaction() as tx:
            yield tx
            self._fuse.moment()
        self._fuse.moment()


class MortalChain:
    """Dies before or after it is read."""

    def __init__(self, chain: Chain, fuse: Fuse) -> None:
        self.source = chain.source
        self._chain = chain
        self._fuse = fuse

    async def newest(self) -> Cursor:
        return await self._fuse.around(self._chain.newest)

    async def scan(self, cursor: Cursor) -> Scan:
        return await self._fuse.around(lambda: self._chain.scan(cursor))


class MortalPanel:
    """Dies before or after a panel has done what it was asked."""

    def __init__(self, panel: VpnPanel, fuse: Fuse) -> None:
        self.panel_id = panel.panel_id
        self._panel = panel
        self._fuse = fuse

    async def ensure(self, account: Account) -> Observed:
        return await self._fuse.around(lambda: self._panel.ensure(account))

    async def find(self, username: str, key_id: KeyId) -> Observed | None:
        return await self._fuse.around(lambda: self._panel.find(username, key_id))

    async def remove(self, username: str, key_id: KeyId) -> None:
        await self._fuse.around(lambda: self._panel.remove(username, key_id))

    async def nodes(self) -> tuple[NodeReading, ...]:
        return await self._fuse.around(self._panel.nodes)


class MortalPanels:
    """The panels, each mortal."""

    def __init__(self, panels: Collection[VpnPanel], fuse: Fuse) -> None:
        self._panels = {panel.panel_id: MortalPanel(panel, fuse) for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        return tuple(self._panels.values())


class MortalRates:
    """Dies before or after the rate is known."""

    def __init__(self, rates: Rates, fuse: Fuse) -> None:
        self._rates = rates
        self._fuse = fuse

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        return await self._fuse.around(lambda: self._rates.rate(asset, base))


class MortalNotifier:
    """Dies before or after somebody was told."""

    def __init__(self, notifier: Notifier, fuse: Fuse) -> None:
        self._notifier = notifier
        self._fuse = fuse

    async def tell(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        await self._fuse.around(lambda: self._notifier.tell(tg_id, language, notice))


def mortal(world: World, fuse: Fuse) -> Ports:
    """The ports of *world*, all of them on one fuse."""
    ports = world.ports()
    return replace(
        ports,
        storage=MortalStorage(ports.storage, fuse),
        chain=MortalChain(ports.chain, fuse),
        panels=MortalPanels(ports.panels.all(), fuse),
        rates=MortalRates(ports.rates, fuse),
        notifier=MortalNotifier(ports.notifier, fuse),
    )
