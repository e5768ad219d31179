"""Ports with a moment before and after every call to the outside, in which a test lets something happen."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol, TypeVar

from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.money import Currency
from orbit_domain.node.fleet import NodeReading
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.ports import Chain, Rate, Rates
from orbit_domain.payment.transfer import Cursor, Scan
from orbit_domain.storage import Storage, Transaction
from tests.support.world import Ports

T = TypeVar("T")


class Moments(Protocol):
    """What happens in the moments: the process dies, or others go first."""

    async def moment(self) -> None:
        """One moment passes."""


async def around(moments: Moments, call: Callable[[], Awaitable[T]]) -> T:
    """A moment before and a moment after *call*: it was never made, or its answer was never heard."""
    await moments.moment()
    answer = await call()
    await moments.moment()
    return answer


class WatchedStorage:
    """A moment on entering a transaction, before its commit (nothing is recorded) and just after it (all is)."""

    def __init__(self, storage: Storage, moments: Moments) -> None:
        self._storage = storage
        self._moments = moments

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        await self._moments.moment()
        async with self._storage.transaction() as tx:
            yield tx
            await self._moments.moment()
        await self._moments.moment()


class WatchedChain:
    """Moments before and after it is read."""

    def __init__(self, chain: Chain, moments: Moments) -> None:
        self.source = chain.source
        self._chain = chain
        self._moments = moments

    async def newest(self) -> Cursor:
        return await around(self._moments, self._chain.newest)

    async def scan(self, cursor: Cursor) -> Scan:
        return await around(self._moments, lambda: self._chain.scan(cursor))


class WatchedPanel:
    """Moments before and after a panel has done what it was asked."""

    def __init__(self, panel: VpnPanel, moments: Moments) -> None:
        self.panel_id = panel.panel_id
        self._panel = panel
        self._moments = moments

    async def ensure(self, account: Account) -> AccountState:
        return await around(self._moments, lambda: self._panel.ensure(account))

    async def find(self, username: str, key_id: KeyId) -> AccountState | None:
        return await around(self._moments, lambda: self._panel.find(username, key_id))

    async def remove(self, username: str, key_id: KeyId) -> None:
        await around(self._moments, lambda: self._panel.remove(username, key_id))

    async def nodes(self) -> tuple[NodeReading, ...]:
        return await around(self._moments, self._panel.nodes)


class WatchedPanels:
    """The panels, each with its moments."""

    def __init__(self, panels: Collection[VpnPanel], moments: Moments) -> None:
        self._panels = {panel.panel_id: WatchedPanel(panel, moments) for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        return tuple(self._panels.values())


class WatchedRates:
    """Moments before and after the rate is known."""

    def __init__(self, rates: Rates, moments: Moments) -> None:
        self._rates = rates
        self._moments = moments

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        return await around(self._moments, lambda: self._rates.rate(asset, base))


class WatchedNotifier:
    """Moments before and after somebody was told."""

    def __init__(self, notifier: Notifier, moments: Moments) -> None:
        self._notifier = notifier
        self._moments = moments

    async def send(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        await around(self._moments, lambda: self._notifier.send(tg_id, language, notice))


def with_moments(ports: Ports, moments: Moments) -> Ports:
    """*ports* with *moments* around every call."""
    return replace(
        ports,
        storage=WatchedStorage(ports.storage, moments),
        chain=WatchedChain(ports.chain, moments),
        panels=WatchedPanels(ports.panels.all(), moments),
        rates=WatchedRates(ports.rates, moments),
        notifier=WatchedNotifier(ports.notifier, moments),
    )
