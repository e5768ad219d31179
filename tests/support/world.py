"""The world in memory that tests control: clock, chain, rates, panels, notifier. Each can be made to fail."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_adapters.memory.notifier import MemoryNotifier
from orbit_adapters.memory.panel import MemoryPanel, MemoryPanels
from orbit_adapters.memory.renewals import MemoryRenewals
from orbit_adapters.memory.shop_chat_notifier import MemoryShopChatNotifier
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.cache.ports import Cache
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId, TelegramId
from orbit_domain.money import RUB, BaseCurrency, Currency
from orbit_domain.node.fleet import NodeReading
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import Notifier
from orbit_domain.notice.shop_chat_ports import ShopChatNotifier
from orbit_domain.payment.ports import PaymentGateway, Rate, Rates, RateUnavailable
from orbit_domain.payment.renewals import Renewals
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import SubscriptionSource
from orbit_domain.use_cases.get_cached_customer import InvalidateCustomers
from tests.support.clock import FakeClock

COIN = 1_000_000_000
PRICE = 12_900
MAIN = PanelId("main")


class CountedIds:
    """Identifiers that count up and randomness from a seed: the same run gives the same names."""

    def __init__(self) -> None:
        self._made = 0
        self._random = random.Random(20261121)

    def uuid(self) -> UUID:
        self._made += 1
        return UUID(int=self._made)

    def secret(self) -> UUID:
        self._made += 1
        return UUID(int=(1 << 120) + self._made)

    def bits(self, count: int) -> int:
        return self._random.getrandbits(count)


class FakeRates:
    """One rate, in whole kopecks (or cents) per coin, of *base* alone; while `silent`, it can't be had."""

    def __init__(self, clock: Clock, base: Currency) -> None:
        self.clock = clock
        self.base = base
        self.kopecks_per_coin = PRICE
        self.silent = False

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        if self.silent:
            raise RateUnavailable("the rates are silent")
        price = format(Decimal(self.kopecks_per_coin).scaleb(-self.base.decimals), "f")
        return await FixedRates(price, self.base, self.clock).rate(asset, base)


@dataclass(frozen=True, slots=True)
class Ports:
    """What use cases are made of."""

    storage: Storage
    clock: Clock
    ids: Ids
    sources: ReceiptSources
    panels: Panels
    rates: Rates
    notifier: Notifier
    records: tuple[PanelRecord, ...]
    cache: Cache
    base: BaseCurrency
    gateways: tuple[PaymentGateway, ...] = ()
    """Ways to pay besides TON."""
    renewals: Renewals = field(default_factory=MemoryRenewals)
    shop_chats: ShopChatNotifier = field(default_factory=MemoryShopChatNotifier)
    address: PublicAddress = field(default_factory=lambda: PublicAddress(None))
    device_limit: DeviceLimit = field(default_factory=lambda: DeviceLimit(None))
    subscriptions: Mapping[PanelId, SubscriptionSource] = field(default_factory=dict)


class World:
    """What outlives a process: storage, chain, panels and notices. A shop over it is one process."""

    def __init__(
        self,
        nodes: Mapping[str, tuple[str, ...]] | None = None,
        storage: Storage | None = None,
        base: Currency = RUB,
    ) -> None:
        self.base = BaseCurrency(base)
        self.clock = FakeClock()
        # A storage from elsewhere doesn't invalidate this cache.
        self.cache = NoCache() if storage else MemoryCache(self.clock)
        self.storage = storage or MemoryStorage(InvalidateCustomers(self.cache), base=base)
        self.ids = CountedIds()
        self.chain = MemoryChain(self.clock)
        self.rates = FakeRates(self.clock, base)
        self.notifier = MemoryNotifier()
        self.shop_chats = MemoryShopChatNotifier()
        self.renewals = MemoryRenewals()
        self.panels = {
            panel_id: MemoryPanel(PanelId(panel_id), self.clock, [_reading(name) for name in names])
            for panel_id, names in (nodes or {MAIN: ("home",)}).items()
        }

    @property
    def panel(self) -> MemoryPanel:
        """The shop's first panel."""
        return next(iter(self.panels.values()))

    def notices(self, tg_id: TelegramId, kind: str | None = None) -> list[Notice]:
        """The notices that *tg_id* was sent, in order: all, or those of one *kind*."""
        notices = (sent.notice for sent in self.notifier.sent if sent.tg_id == tg_id)
        return [notice for notice in notices if kind in (None, notice.kind)]

    def ports(self) -> Ports:
        """The world as use cases see it."""
        return Ports(
            storage=self.storage,
            clock=self.clock,
            ids=self.ids,
            sources=MemorySources(self.chain),
            panels=MemoryPanels(*self.panels.values()),
            rates=self.rates,
            notifier=self.notifier,
            renewals=self.renewals,
            shop_chats=self.shop_chats,
            cache=self.cache,
            base=self.base,
            records=tuple(PanelRecord(PanelId(panel_id), "memory", panel_id) for panel_id in self.panels),
        )


def _reading(name: str) -> NodeReading:
    return NodeReading(name, connected=True, groups=(f"in-{name}",), traffic_bytes=0)
