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

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.period_lock import RedisPeriodLock
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.scanner import TonChain
from orbit_domain.access.ports import Panels
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId
from orbit_domain.notice.ports import Notifier
from orbit_domain.payment.payment import TON_METHOD, PaymentPolicy
from orbit_domain.payment.ports import Chain, Gateways, Rates
from orbit_domain.stats import StatsReader
from orbit_domain.steps.method_availability import MethodAvailability
from orbit_domain.steps.open_payment import Opening
from orbit_domain.steps.pay_order import Paying
from orbit_domain.steps.settle_payment import Settling
from orbit_domain.storage import Storage
from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.find_user import FindUser
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer, InvalidateCustomers
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.pay_from_balance import PayFromBalance
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.release_leases import ReleaseLeases
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.set_language import SetLanguage
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_keys import ShowKeys
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_domain.use_cases.show_statement import ShowStatement
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.start_trial import StartTrial
from orbit_domain.use_cases.top_up import TopUp
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.broker import open_broker
from orbit_entry.runtime.ephemeral_state import EphemeralState, open_ephemeral_state
from orbit_entry.runtime.roles import ALL_ROLES, ProcessRoles
from orbit_entry.runtime.work_signal import SignalAfterCommit, WorkSignal
from orbit_entry.wiring.database import AfterCommitHooks, DatabaseProvider
from orbit_entry.wiring.gateway_registry import GatewayRegistry
from orbit_entry.wiring.panel_registry import PanelRegistry
from orbit_entry.worker.jobs import Jobs
from orbit_entry.worker.worker import NoPeriodLock, PeriodLock

JobsStorage = Annotated[Storage, FromComponent("jobs")]


class AdaptersProvider(Provider):
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
        return rates_from(settings.rates, http, clock)

    @provide
    def chain(self, settings: Settings, http: httpx.AsyncClient) -> Chain:
        ton = settings.ton
        key = ton.api_key.get_secret_value() if ton.api_key else None
        api = ToncenterApi(http, ton.url, ton.network, key, attempts=ton.api_attempts, timeout_s=ton.api_timeout_s)
        return TonChain(api, ton.account, own=ton.own, page_limit=ton.page_limit)

    @provide
    def gateways(self, settings: Settings, rates: Rates, clock: Clock) -> Gateways:
        return GatewayRegistry((TonGateway(settings.ton, rates, clock),))

    @provide
    async def panels(self, settings: Settings, clock: Clock, ephemeral: EphemeralState) -> AsyncIterable[Panels]:
        async with panel_client(settings.panel) as http:
            yield PanelRegistry((CachedNodes(MarzbanPanel(settings.panel, http, clock), ephemeral.cache),))

    @provide
    async def bot(self, settings: Settings) -> AsyncIterable[Bot]:
        bot = telegram_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        yield bot
        await bot.session.close()

    notifier = provide(TelegramNotifier, provides=Notifier)
    stats_reader = provide(SqlStats, provides=StatsReader)


class SharedStateProvider(Provider):
    """What processes of one shop share besides the books, and how they hear of each other's changes."""

    scope = Scope.APP
    roles = from_context(ProcessRoles)
    work_signal = provide(WorkSignal)

    @provide
    async def ephemeral(self, settings: Settings, clock: Clock, roles: ProcessRoles) -> AsyncIterable[EphemeralState]:
        ephemeral = open_ephemeral_state(settings, clock, alone=settings.is_alone and roles == ALL_ROLES)
        yield ephemeral
        await ephemeral.close()

    @provide
    def door(self, ephemeral: EphemeralState) -> ResilientRedis | None:
        return ephemeral.door

    @provide
    def period_lock(self, door: ResilientRedis | None) -> PeriodLock:
        return NoPeriodLock() if door is None else RedisPeriodLock(door)

    @provide
    async def broker(self, settings: Settings) -> AsyncIterable[AsyncBroker]:
        broker = open_broker(settings.redis_url.get_secret_value() if settings.redis_url else None)
        yield broker
        await broker.shutdown()

    @provide
    def hooks(self, ephemeral: EphemeralState, work_signal: WorkSignal) -> AfterCommitHooks:
        return AfterCommitHooks((InvalidateCustomers(ephemeral.customers), SignalAfterCommit(work_signal)))


class WorkerProvider(Provider):
    """The same books through connections of the worker's own, so that its load takes none from customers."""

    scope = Scope.APP
    component = "jobs"

    @provide
    async def storage(
        self,
        settings: Annotated[Settings, FromComponent()],
        customers: Annotated[Storage, FromComponent()],
        hooks: Annotated[AfterCommitHooks, FromComponent()],
    ) -> AsyncIterable[Storage]:
        if settings.is_alone:
            yield customers  # SQLite has one writer: everybody queues at one door.
            return
        engine = open_engine(settings.database, jobs=True)
        yield SqlStorage(engine, *hooks)
        await engine.dispose()


class UseCasesProvider(Provider):
    """Everything Orbit can do. Verbs hold only ports, so one of each serves everybody."""

    scope = Scope.APP
    verbs = all_of(
        AssignReceipt, CancelPayment, CheckPayment, ListPlans, OpenCheckout, Opening, PayFromBalance, Paying,
        ReleaseLeases, RegisterUser, RequestPayment, SetLanguage, Settling, ShowCheckout, ShowHome,
        ShowKeys, ShowPayment, ShowStatement, StartTrial, TopUp, Jobs,
    )  # fmt: skip

    @provide
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy()

    @provide
    def watching(self, chain: Chain) -> MethodAvailability:
        return MethodAvailability({TON_METHOD: chain.source})

    @provide
    def get_cached_customer(self, storage: Storage, ephemeral: EphemeralState) -> GetCachedCustomer:
        return GetCachedCustomer(storage, ephemeral.customers)

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
    def alert_delayed_orders(
        self, storage: JobsStorage, clock: Clock, ids: Ids, settings: Settings
    ) -> AlertDelayedOrders:
        return AlertDelayedOrders(storage, clock, ids, settings.owner)


def shop_container(settings: Settings, clock: Clock, roles: ProcessRoles = frozenset()) -> AsyncContainer:
    """The container of a process that opens *doors*; a command that changes the books opens none."""
    context = {Settings: settings, DatabaseSettings: settings, Clock: clock, ProcessRoles: roles}
    providers = (DatabaseProvider(), AdaptersProvider(), SharedStateProvider(), WorkerProvider(), UseCasesProvider())
    return make_async_container(*providers, context=context, validation_settings=STRICT_VALIDATION)
