"""Ports that call a hook before and after every call, so that a test can crash the process or let other tasks run."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol, TypeVar

from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.node.fleet import NodeReading
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.ports import Rate, Rates
from orbit_domain.payment.second_word import TwiceReadSource, Word
from orbit_domain.payment.source import Batch, Cursor, ReceiptSource, ReceiptSources, SourceReset
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from tests.support.world import Ports

T = TypeVar("T")


class CallHook(Protocol):
    """What happens around a call: the process crashes, or other tasks run first."""

    async def on_call(self) -> None:
        """Called once before and once after every call."""


class RandomYield:
    """Lets other tasks run first, up to *maximum* times per call. The same seed gives the same order.

    Without it use cases over memory never wait, so concurrent tasks never overlap.
    """

    def __init__(self, seed: int, maximum: int = 3) -> None:
        self._random = random.Random(seed)
        self._maximum = maximum

    async def on_call(self) -> None:
        """Yield to the event loop a few times; no time passes."""
        for _ in range(self._random.randint(0, self._maximum)):
            await asyncio.sleep(0)


async def around(hook: CallHook, call: Callable[[], Awaitable[T]]) -> T:
    """The hook before and after *call*. A crash before: it was never made. A crash after: its answer was lost."""
    await hook.on_call()
    answer = await call()
    await hook.on_call()
    return answer


class HookedStorage:
    """Calls the hook on entering a transaction, before its commit and just after it, and around a read beside them."""

    def __init__(self, storage: Storage, hook: CallHook) -> None:
        self._storage = storage
        self._hook = hook

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        await self._hook.on_call()
        async with self._storage.transaction() as tx:
            yield tx
            await self._hook.on_call()
        await self._hook.on_call()

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await around(self._hook, lambda: self._storage.find_customer(tg_id))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Transaction]:
        await self._hook.on_call()
        async with self._storage.snapshot() as tx:
            yield tx


class HookedSource:
    """Calls the hook around every read of the source."""

    def __init__(self, source: ReceiptSource, hook: CallHook) -> None:
        self.name = source.name
        self.method = source.method
        self.dust_units = source.dust_units
        self._source = source
        self._hook = hook

    async def newest(self) -> Cursor:
        return await around(self._hook, self._source.newest)

    async def read(self, cursor: Cursor) -> Batch:
        return await around(self._hook, lambda: self._source.read(cursor))

    def needs_second_word(self, amount: Money) -> bool:
        return isinstance(self._source, TwiceReadSource) and self._source.needs_second_word(amount)

    async def second_word(self, record: SourceRecord) -> Word:
        source = self._source
        assert isinstance(source, TwiceReadSource)
        return await around(self._hook, lambda: source.second_word(record))

    async def plan_reset(self, before: Cursor, recorded: Sequence[SourceRecord], at: str | None = None) -> SourceReset:
        return await around(self._hook, lambda: self._source.plan_reset(before, recorded, at))


class HookedSources:
    """The sources, each with the hook."""

    def __init__(self, sources: ReceiptSources, hook: CallHook) -> None:
        self._sources = sources
        self._hook = hook

    def all(self) -> tuple[ReceiptSource, ...]:
        return tuple(HookedSource(source, self._hook) for source in self._sources.all())

    def get(self, name: str) -> ReceiptSource | None:
        source = self._sources.get(name)
        return None if source is None else HookedSource(source, self._hook)


class HookedPanel:
    """Calls the hook around every call to the panel."""

    def __init__(self, panel: VpnPanel, hook: CallHook) -> None:
        self.panel_id = panel.panel_id
        self.limits_devices = panel.limits_devices
        self._panel = panel
        self._hook = hook

    async def ensure(self, account: Account) -> AccountState:
        return await around(self._hook, lambda: self._panel.ensure(account))

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        return await around(self._hook, lambda: self._panel.get(username, key_id))

    async def delete(self, username: str, key_id: KeyId) -> None:
        await around(self._hook, lambda: self._panel.delete(username, key_id))

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        return await around(self._hook, lambda: self._panel.list_owned(offset, limit))

    async def nodes(self) -> tuple[NodeReading, ...]:
        return await around(self._hook, self._panel.nodes)


class HookedPanels:
    """The panels, each with the hook."""

    def __init__(self, panels: Collection[VpnPanel], hook: CallHook) -> None:
        self._panels = {panel.panel_id: HookedPanel(panel, hook) for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        return tuple(self._panels.values())


class HookedRates:
    """Calls the hook around every read of a rate."""

    def __init__(self, rates: Rates, hook: CallHook) -> None:
        self._rates = rates
        self._hook = hook

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        return await around(self._hook, lambda: self._rates.rate(asset, base))


class HookedNotifier:
    """Calls the hook around every notice that is sent."""

    def __init__(self, notifier: Notifier, hook: CallHook) -> None:
        self._notifier = notifier
        self._hook = hook

    async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        await around(self._hook, lambda: self._notifier.send(tg_id, language, notice, silent=silent))


def with_hook(ports: Ports, hook: CallHook) -> Ports:
    """*ports* with *hook* around every call."""
    return replace(
        ports,
        storage=HookedStorage(ports.storage, hook),
        sources=HookedSources(ports.sources, hook),
        panels=HookedPanels(ports.panels.all(), hook),
        rates=HookedRates(ports.rates, hook),
        notifier=HookedNotifier(ports.notifier, hook),
    )
