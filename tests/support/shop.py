"""Every use case of the shop, from the lists that the processes use; another one over the same ports is a restart."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from dishka import STRICT_VALIDATION, Container, Provider, Scope, alias, from_context, make_container, provide

from orbit_adapters.backup.no_journal import NoJournalCopies
from orbit_adapters.charts.painter import MatplotlibPainter
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.memory.stats import MemoryStats
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.trends import MemoryTrends
from orbit_adapters.rates.recorded import RecordedRates
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import SecretKey
from orbit_adapters.subscription_content.reading import FormatReader
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.transfer_names import TonTransferNames
from orbit_domain.access.ports import Panels
from orbit_domain.access.rebalance import RebalancePace
from orbit_domain.access.repository import PanelRecord
from orbit_domain.backup.ports import BackupCopies, Backups
from orbit_domain.cache.ports import Cache
from orbit_domain.chart import ChartPainter
from orbit_domain.clock import Clock
from orbit_domain.health import HealthReader
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.adjustments import AdjustmentLimit
from orbit_domain.money import BaseCurrency, Currency, Money
from orbit_domain.notice.ports import Notifier
from orbit_domain.notice.shop_chat_ports import ShopChatNotifier
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD, TopUpLimits
from orbit_domain.payment.ports import Gateways, PaymentTerms, Rates
from orbit_domain.payment.renewals import Renewals
from orbit_domain.payment.source import ReceiptSources, SourceUnavailable
from orbit_domain.process_metrics import MetricsReader
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS, CodeAttempts
from orbit_domain.request_journal.ports import JournalCopies, RequestJournal
from orbit_domain.shop_setting.setting import ON, SettingName
from orbit_domain.shop_setting.shop_settings import CurrentSettings, GivenSettings
from orbit_domain.stats import StatsReader, TrendsReader
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import ContentReader, Seal, SubscriptionSources
from orbit_domain.use_cases.keep_backups import BackupPace
from orbit_domain.use_cases.send_day_summary import SummaryHour
from orbit_entry.wiring.registries import GatewayRegistry, SealedSecrets, SubscriptionSourceRegistry
from orbit_entry.wiring.storages import WORKER
from orbit_entry.wiring.use_cases import AREAS
from tests.support.backups import CopiesInMemory, KnownBackups, KnownJournals
from tests.support.health import AllWell, KnownMetrics
from tests.support.world import Ports

OWNER = TelegramId(1)
SEAL = SealedSecrets(lambda: SecretBox([SecretKey("test", b"k" * 32)]))
TERMS = PaymentTerms()
POLICY = TERMS.policy
TON_SETTINGS = TonSettings(address="0:" + "A" * 64, network=Network.TESTNET)


def shop_given(base: Currency, values: Mapping[SettingName, str]) -> GivenSettings:
    """What the environment of a shop in tests says: rewards of 50 for each side, a support account, and *values*."""
    usual = {
        SettingName.SUPPORT: "orbit_help",
        SettingName.REFERRALS: ON,
        SettingName.REFERRAL_INVITER: "50",
        SettingName.REFERRAL_INVITED: "50",
    }
    return GivenSettings({**usual, **values}, base, named=frozenset(usual))


class PortsProvider(Provider):
    """The ports of a world; background work shares the storage, as in a shop on SQLite."""

    scope = Scope.SESSION
    ports = from_context(Ports)

    @provide
    def storage(self, ports: Ports) -> Storage:
        return ports.storage

    @provide
    def base(self, ports: Ports) -> BaseCurrency:
        return ports.base

    @provide
    def clock(self, ports: Ports) -> Clock:
        return ports.clock

    @provide
    def ids(self, ports: Ports) -> Ids:
        return ports.ids

    @provide
    def sources(self, ports: Ports) -> ReceiptSources:
        return ports.sources

    @provide
    def panels(self, ports: Ports) -> Panels:
        return ports.panels

    @provide
    def rates(self, ports: Ports) -> Rates:
        return RecordedRates(ports.rates, ports.storage)

    @provide
    def notifier(self, ports: Ports) -> Notifier:
        return ports.notifier

    @provide
    def shop_chats(self, ports: Ports) -> ShopChatNotifier:
        return ports.shop_chats

    @provide
    def summary_hour(self) -> SummaryHour:
        return SummaryHour(6)

    @provide
    def address(self, ports: Ports) -> PublicAddress:
        return ports.address

    @provide
    def device_limit(self, ports: Ports) -> DeviceLimit:
        return ports.device_limit

    @provide
    def subscription_sources(self, ports: Ports) -> SubscriptionSources:
        return SubscriptionSourceRegistry(ports.subscriptions)

    @provide
    def content_reader(self) -> ContentReader:
        return FormatReader()

    @provide
    def seal(self) -> Seal:
        return SEAL

    @provide
    def cache(self, ports: Ports) -> Cache:
        return ports.cache

    @provide
    def code_attempts(self, clock: Clock) -> CodeAttempts:
        return CodeAttempts(MemoryRateLimiter(clock, CODE_ATTEMPTS))

    @provide
    def panel_records(self, ports: Ports) -> tuple[PanelRecord, ...]:
        return ports.records

    @provide
    def gateways(self, ports: Ports, rates: Rates, clock: Clock, settings: CurrentSettings) -> Gateways:
        return GatewayRegistry((TonGateway(TON_SETTINGS, rates, clock), *ports.gateways), settings)

    @provide
    def renewals(self, ports: Ports) -> Renewals:
        return ports.renewals

    @provide
    def transfer_names(self, ports: Ports) -> TransferNames:
        sources = ports.sources.all()
        tokens = tuple(source.name for source in sources if source.method == USDT_METHOD)
        return TonTransferNames(TON_SETTINGS.network, sources[0].name, tokens)

    @provide
    def health(self) -> HealthReader:
        return AllWell()

    @provide
    def metrics(self) -> MetricsReader:
        return KnownMetrics()

    @provide
    def stats_reader(self, storage: Storage, base: BaseCurrency) -> StatsReader:
        return MemoryStats(storage if isinstance(storage, MemoryStorage) else MemoryStorage(base=base))

    @provide
    def trends_reader(self, storage: Storage, base: BaseCurrency) -> TrendsReader:
        return MemoryTrends(storage if isinstance(storage, MemoryStorage) else MemoryStorage(base=base))

    @provide
    def painter(self) -> ChartPainter:
        return MatplotlibPainter()

    @provide
    def adjustment_limit(self, base: BaseCurrency) -> AdjustmentLimit:
        return AdjustmentLimit(Money(100_000, base))

    @provide
    def top_up_limits(self, base: BaseCurrency) -> TopUpLimits:
        return TopUpLimits.of(base)

    @provide
    def rebalance_pace(self) -> RebalancePace:
        return RebalancePace()

    @provide
    def backups(self, ports: Ports) -> Backups:
        return KnownBackups(ports.clock)

    @provide
    def backup_copies(self) -> BackupCopies:
        return CopiesInMemory()

    @provide
    def journal_copies(self) -> JournalCopies:
        return NoJournalCopies()

    @provide
    def request_journal(self) -> RequestJournal:
        return KnownJournals()

    @provide
    def backup_pace(self) -> BackupPace:
        return BackupPace(timedelta())

    @provide
    def current_settings(self, ports: Ports) -> CurrentSettings:
        methods = dict.fromkeys((TON_METHOD, *(gateway.method for gateway in ports.gateways)))
        return CurrentSettings(shop_given(ports.base, {SettingName.PAYMENT_METHODS: ",".join(methods)}))

    @provide
    def owner(self) -> TelegramId | None:
        return OWNER


class WorkerPortsProvider(Provider):
    """The storage of background work."""

    scope = Scope.SESSION
    component = WORKER
    storage = alias(source=Storage, component="")


def _container() -> Container:
    areas = (area(scope=Scope.SESSION) for area in AREAS)
    return make_container(PortsProvider(), WorkerPortsProvider(), *areas, validation_settings=STRICT_VALIDATION)


# Made once: compiling the graph costs more than a whole test.
_CONTAINER = _container()
_PROVIDED = tuple(factory.provides.type_hint for area in AREAS for factory in area().factories)
_USE_CASES = tuple(kind for kind in _PROVIDED if kind.__module__.startswith("orbit_domain.use_cases."))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_BY_NAME = {_snake(kind.__name__): kind for kind in _USE_CASES}


class Shop:
    """The use cases as attributes, and the runs that the background jobs make of them.

    Each is made when it is first asked for: a restart in a crash test needs a few of them.
    """

    def __init__(self, ports: Ports) -> None:
        self._made = _CONTAINER(context={Ports: ports}, scope=Scope.SESSION)

    def __getattr__(self, name: str) -> Any:
        if name not in _BY_NAME:
            raise AttributeError(f"no use case is named {name}", name=name, obj=self)
        made = vars(self)[name] = self._made.get(_BY_NAME[name])
        return made

    def all_use_cases(self) -> list[object]:
        """Every use case, with those that a test has put in place of others."""
        return [getattr(self, name) for name in _BY_NAME]

    async def open(self) -> None:
        """What a shop does when it starts: seed, register its owner, and read the chain to its end."""
        await self.seed_shop()
        await self.register_user(OWNER, "owner", "en")
        await self.scan_and_settle()

    async def scan_and_settle(self) -> None:
        """Read the sources as far as they can be read, then settle, and book what has gone back."""
        with suppress(SourceUnavailable):
            while (await self.read_receipts()).reads_on:
                pass
        await self.settle_receipts()
        await self.book_reversals()

    async def work(self, runs: int = 2) -> None:
        """Run every job so often. Two are enough for a calm world: what one run makes due, the next one sends."""
        for _ in range(runs):
            await self.record_rates()
            await self.scan_and_settle()
            await self.expire_payments()
            await self.provision_keys()
            await self.renew_subscriptions()
            await self.carry_out_renewal_wishes()
            await self.keep_cards()
            await self.start_card_renewals()
            await self.charge_cards()
            await self.remind_expiring()
            await self.settle_referrals()
            await self.alert_delayed_orders()
            await self.tell_events()
            await self.send_day_summary()
            while await self.deliver_notices():
                pass
