"""What processes of one shop share besides the database, and the worker's own connections to it."""

from collections.abc import AsyncIterable
from typing import Annotated

from dishka import FromComponent, Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter, SharedSendSlots
from orbit_domain.cache.ports import Cache
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.rate_limit.ports import CodeAttempts
from orbit_domain.storage import Storage
from orbit_domain.use_cases.get_cached_customer import InvalidateCustomers
from orbit_entry.config.process import ALL_ROLES, WEB_ONLY, ProcessRoles
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.broker import Broker, open_broker
from orbit_entry.runtime.ephemeral_state import EphemeralState, open_ephemeral_state
from orbit_entry.runtime.work_signal import SignalAfterCommit, WorkSignal
from orbit_entry.wiring.database import AfterCommitHooks
from orbit_entry.wiring.storages import WORKER


def _shared_slots(ephemeral: EphemeralState) -> SharedSendSlots | None:
    if ephemeral.client is None:
        return None
    from orbit_adapters.redis.send_slots import RedisSendSlots

    return RedisSendSlots(ephemeral.client)


class SharedStateProvider(Provider):
    """Cache, rate limiter, dialogs, broker, and how processes hear of each other's changes."""

    scope = Scope.APP
    roles = from_context(ProcessRoles)

    @provide
    async def ephemeral(self, settings: Settings, clock: Clock, roles: ProcessRoles) -> AsyncIterable[EphemeralState]:
        is_alone = settings.is_alone and roles == ALL_ROLES
        ephemeral = open_ephemeral_state(settings, clock, alone=is_alone, with_dialogs=roles != WEB_ONLY)
        yield ephemeral
        await ephemeral.close()

    @provide
    def customers(self, ephemeral: EphemeralState) -> Cache:
        return ephemeral.customers

    @provide
    def code_attempts(self, ephemeral: EphemeralState) -> CodeAttempts:
        return CodeAttempts(ephemeral.code_attempts)

    @provide
    def send_rate_limiter(self, ephemeral: EphemeralState, clock: Clock) -> SendRateLimiter:
        return SendRateLimiter(clock, shared=_shared_slots(ephemeral))

    @provide
    def work_signal(self, broker: Broker, ephemeral: EphemeralState) -> WorkSignal:
        return WorkSignal(broker, ephemeral.client)

    @provide
    async def broker(self, settings: Settings) -> AsyncIterable[Broker]:
        broker = open_broker(settings.redis_url.get_secret_value() if settings.redis_url else None)
        yield broker
        await broker.close()

    @provide
    def hooks(self, customers: Cache, work_signal: WorkSignal) -> AfterCommitHooks:
        return AfterCommitHooks((InvalidateCustomers(customers), SignalAfterCommit(work_signal)))


class WorkerProvider(Provider):
    """The same database through connections of the worker's own."""

    scope = Scope.APP
    component = WORKER

    @provide
    async def engine(
        self,
        settings: Annotated[Settings, FromComponent()],
        customers: Annotated[AsyncEngine, FromComponent()],
        slow_query_log: Annotated[SlowQueryLog, FromComponent()],
    ) -> AsyncIterable[AsyncEngine]:
        if settings.is_alone:
            yield customers  # SQLite has one writer: all work goes through one connection.
            return
        engine = open_engine(settings.database, jobs=True, slow_query_log=slow_query_log)
        yield engine
        await engine.dispose()

    @provide
    def storage(
        self,
        engine: AsyncEngine,
        settings: Annotated[Settings, FromComponent()],
        customers: Annotated[Storage, FromComponent()],
        hooks: Annotated[AfterCommitHooks, FromComponent()],
        base: Annotated[BaseCurrency, FromComponent()],
    ) -> Storage:
        return customers if settings.is_alone else SqlStorage(engine, *hooks, base=base)
