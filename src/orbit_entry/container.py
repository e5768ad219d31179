"""Who plays which part: the whole wiring on one page. It decides nothing."""

from collections.abc import AsyncIterable
from typing import Annotated

import httpx
from aiogram import Bot
from dishka import (
    STRICT_VALIDATION,
    AsyncContainer,
    FromComponent,
    Provider,
    Scope,
    from_context,
    make_async_container,
    provide,
)
from dishka import provide_all as all_of
from taskiq import AsyncBroker

from orbit_adapters.marzban.cached_nodes import CachedNodes
from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.rates.chosen import chosen_rates
from orbit_adapters.redis.door import SafeDoor
from orbit_adapters.redis.slots import RedisSlots
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.scanner import TonChain
from orbit_domain.access.ports import Panels
from orbit_domain.access.repositories import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.payment import TON_METHOD, PaymentPolicy
from orbit_domain.payment.ports import Chain, Gateways, Rates
from orbit_domain.stats import StatsReader
from orbit_domain.storage import Storage
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.find_user import FindUser
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.opening import Opening
from orbit_domain.use_cases.pay_from_balance import PayFromBalance
from orbit_domain.use_cases.paying import Paying
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.recall_customer import ForgetCustomers, RecallCustomer
from orbit_domain.use_cases.reclaim_work import ReclaimWork
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.set_language import SetLanguage
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.settling import Settling
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_keys import ShowKeys
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_domain.use_cases.show_statement import ShowStatement
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.start_trial import StartTrial
from orbit_domain.use_cases.top_up import TopUp
from orbit_domain.use_cases.watch_deliveries import WatchDeliveries
from orbit_domain.use_cases.watching import Watching
from orbit_entry.books import Books, Hearers
from orbit_entry.books_settings import BooksSettings
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.doors import ALL_DOORS, Doors
from orbit_entry.known_panels import KnownPanels
from orbit_entry.settings import Settings
from orbit_entry.speed import Speed, open_speed
from orbit_entry.ways_to_pay import WaysToPay
from orbit_entry.worker.bell import Bell, RingForWork
from orbit_entry.worker.broker import open_broker
from orbit_entry.worker.schedule import Schedule
from orbit_entry.worker.worker import NoSlots, Slots

JobsStorage = Annotated[Storage, FromComponent("jobs")]


class World(Provider):
    """The machines outside: panel, chain, rates, Telegram."""

    scope = Scope.APP
    settings = from_context(Settings)
    ids = provide(SystemIds, provides=Ids)

    @provide
    async def http(self) -> AsyncIterable[httpx.AsyncClient]:
        async with httpx.AsyncClient() as client:
            yield client

    @provide
    def rates(self, settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Rates:
        return chosen_rates(settings.rates, http, clock)

    @provide
    def chain(self, settings: Settings, http: httpx.AsyncClient) -> Chain:
        ton = settings.ton
        key = ton.api_key.get_secret_value() if ton.api_key else None
        api = ToncenterApi(http, ton.url, ton.network, key, attempts=ton.api_attempts, timeout_s=ton.api_timeout_s)
        return TonChain(api, ton.account, own=ton.own, page_limit=ton.page_limit)

    @provide
    def gateways(self, settings: Settings, rates: Rates, clock: Clock) -> Gateways:
        return WaysToPay((TonGateway(settings.ton, rates, clock),))

    @provide
    async def panels(self, settings: Settings, clock: Clock, speed: Speed) -> AsyncIterable[Panels]:
        async with panel_client(settings.panel) as http:
            yield KnownPanels((CachedNodes(MarzbanPanel(settings.panel, http, clock), speed.cache),))

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()

    notifier = provide(TelegramNotifier, provides=Notifier)
    stats_reader = provide(SqlStats, provides=StatsReader)


class Sharing(Provider):
    """What processes of one shop share besides the books, and how they hear of each other's changes."""

    scope = Scope.APP
    doors = from_context(Doors)
    bell = provide(Bell)

    @provide
    async def speed(self, settings: Settings, clock: Clock, doors: Doors) -> AsyncIterable[Speed]:
        speed = open_speed(settings, clock, alone=settings.is_alone and doors == ALL_DOORS)
        yield speed
        await speed.close()

    @provide
    def door(self, speed: Speed) -> SafeDoor | None:
        return speed.door

    @provide
    def slots(self, door: SafeDoor | None) -> Slots:
        return NoSlots() if door is None else RedisSlots(door)

    @provide
    async def broker(self, settings: Settings) -> AsyncIterable[AsyncBroker]:
        broker = open_broker(settings.redis_url.get_secret_value() if settings.redis_url else None)
        yield broker
        await broker.shutdown()

    @provide
    def hearers(self, speed: Speed, bell: Bell) -> Hearers:
        return Hearers((ForgetCustomers(speed.customers), RingForWork(bell)))


class Jobs(Provider):
    """The same books through connections of the worker's own, so that its load takes none from customers."""

    scope = Scope.APP
    component = "jobs"

    @provide
    async def storage(
        self,
        settings: Annotated[Settings, FromComponent()],
        customers: Annotated[Storage, FromComponent()],
        hearers: Annotated[Hearers, FromComponent()],
    ) -> AsyncIterable[Storage]:
        if settings.is_alone:
            yield customers  # SQLite has one writer: everybody queues at one door.
            return
        engine = open_engine(settings.database, jobs=True)
        yield SqlStorage(engine, *hearers)
        await engine.dispose()


class Verbs(Provider):
    """Everything Orbit can do. Verbs hold only ports, so one of each serves everybody."""

    scope = Scope.APP
    verbs = all_of(
        AssignReceipt, CancelPayment, CheckPayment, ListPlans, OpenCheckout, Opening, PayFromBalance, Paying,
        ReclaimWork, RegisterUser, RequestPayment, SetLanguage, Settling, ShowCheckout, ShowHome,
        ShowKeys, ShowPayment, ShowStatement, StartTrial, TopUp, Schedule,
    )  # fmt: skip

    @provide
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy()

    @provide
    def watching(self, chain: Chain) -> Watching:
        return Watching({TON_METHOD: chain.source})

    @provide
    def recall_customer(self, storage: Storage, speed: Speed) -> RecallCustomer:
        return RecallCustomer(storage, speed.customers)

    @provide
    def read_fleet(self, storage: JobsStorage, clock: Clock, panels: Panels) -> ReadFleet:
        return ReadFleet(storage, clock, panels)

    @provide
    def find_user(self, storage: Storage, settings: Settings) -> FindUser:
        return FindUser(storage, settings.owner)

    @provide
    def read_stats(self, reader: StatsReader, clock: Clock) -> ReadStats:
        return ReadStats(reader, clock)

    @provide
    def show_stats(self, storage: Storage, read_stats: ReadStats, settings: Settings) -> ShowStats:
        return ShowStats(storage, read_stats, settings.owner)

    @provide
    def seed_shop(self, storage: Storage, settings: Settings) -> SeedShop:
        return SeedShop(storage, (PanelRecord(PanelId(settings.panel.panel_id), "marzban", "main"),))

    @provide
    def scan_transfers(
        self, storage: JobsStorage, clock: Clock, ids: Ids, chain: Chain, settings: Settings
    ) -> ScanTransfers:
        return ScanTransfers(storage, clock, ids, chain, TON_METHOD, settings.owner)

    @provide
    def settle_receipts(
        self, storage: JobsStorage, clock: Clock, rates: Rates, policy: PaymentPolicy, settling: Settling, chain: Chain
    ) -> SettleReceipts:
        return SettleReceipts(storage, clock, rates, policy, settling, chain.source)

    @provide
    def expire_payments(self, storage: JobsStorage, clock: Clock, settling: Settling, chain: Chain) -> ExpirePayments:
        return ExpirePayments(storage, clock, settling, {TON_METHOD: chain.source})

    @provide
    def provision_keys(
        self, storage: JobsStorage, clock: Clock, ids: Ids, panels: Panels, read_fleet: ReadFleet
    ) -> ProvisionKeys:
        return ProvisionKeys(storage, clock, ids, panels, read_fleet)

    @provide
    def deliver_notices(self, storage: JobsStorage, clock: Clock, notifier: Notifier) -> DeliverNotices:
        return DeliverNotices(storage, clock, notifier)

    @provide
    def remind_expiring(self, storage: JobsStorage, clock: Clock, ids: Ids) -> RemindExpiring:
        return RemindExpiring(storage, clock, ids)

    @provide
    def watch_deliveries(self, storage: JobsStorage, clock: Clock, ids: Ids, settings: Settings) -> WatchDeliveries:
        return WatchDeliveries(storage, clock, ids, settings.owner)


def shop_container(settings: Settings, clock: Clock, doors: Doors = frozenset()) -> AsyncContainer:
    """The container of a process that opens *doors*; a command that changes the books opens none."""
    context = {Settings: settings, BooksSettings: settings, Clock: clock, Doors: doors}
    providers = (Books(), World(), Sharing(), Jobs(), Verbs())
    return make_async_container(*providers, context=context, validation_settings=STRICT_VALIDATION)
