"""The database, and the container of commands that need nothing else."""

from collections.abc import AsyncIterable
from typing import NewType

from dishka import STRICT_VALIDATION, AsyncContainer, Provider, Scope, from_context, make_async_container, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.storage import AfterCommit, Storage
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.wiring.admin import ReportsProvider

AfterCommitHooks = NewType("AfterCommitHooks", tuple[AfterCommit, ...])
"""What is called with the changes of each commit."""


class DatabaseProvider(Provider):
    """The storage over the database that the settings name."""

    scope = Scope.APP
    clock = from_context(Clock)
    database_settings = from_context(DatabaseSettings)

    @provide
    def base(self, settings: DatabaseSettings) -> BaseCurrency:
        return settings.base

    @provide
    def slow_query_log(self) -> SlowQueryLog:
        return SlowQueryLog()

    @provide
    async def engine(self, settings: DatabaseSettings, slow_query_log: SlowQueryLog) -> AsyncIterable[AsyncEngine]:
        engine = open_engine(settings.database, slow_query_log=slow_query_log)
        yield engine
        await engine.dispose()

    @provide
    def storage(self, engine: AsyncEngine, hooks: AfterCommitHooks, base: BaseCurrency) -> Storage:
        return SqlStorage(engine, *hooks, base=base)


class NoHooks(Provider):
    """For commands that only read: they change nothing that another process waits for."""

    scope = Scope.APP

    @provide
    def hooks(self) -> AfterCommitHooks:
        return AfterCommitHooks(())


def database_container(settings: DatabaseSettings, clock: Clock) -> AsyncContainer:
    """The container of commands that only read the database."""
    context = {DatabaseSettings: settings, Clock: clock}
    providers = (DatabaseProvider(), NoHooks(), ReportsProvider())
    return make_async_container(*providers, context=context, validation_settings=STRICT_VALIDATION)
