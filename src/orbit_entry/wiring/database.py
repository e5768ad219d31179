"""The part of the wiring that needs no outside world: commands that read the books start in a moment."""

from collections.abc import AsyncIterable
from typing import NewType

from dishka import STRICT_VALIDATION, AsyncContainer, Provider, Scope, from_context, make_async_container, provide
from dishka import provide_all as all_of
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.clock import Clock
from orbit_domain.storage import AfterCommit, Storage
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_entry.config.database import DatabaseSettings

AfterCommitHooks = NewType("AfterCommitHooks", tuple[AfterCommit, ...])
"""Who is told what was committed."""


class DatabaseProvider(Provider):
    """What is recorded, and what only reads it."""

    scope = Scope.APP
    clock = from_context(Clock)
    database_settings = from_context(DatabaseSettings)
    verbs = all_of(AuditLedger, ShowTimeline, ListUnmatched)

    @provide
    async def engine(self, settings: DatabaseSettings) -> AsyncIterable[AsyncEngine]:
        engine = open_engine(settings.database)
        yield engine
        await engine.dispose()

    @provide
    def storage(self, engine: AsyncEngine, hooks: AfterCommitHooks) -> Storage:
        return SqlStorage(engine, *hooks)


class NoHooks(Provider):
    """Commands that only read change nothing that anybody would have to be told."""

    scope = Scope.APP

    @provide
    def hooks(self) -> AfterCommitHooks:
        return AfterCommitHooks(())


def database_container(settings: DatabaseSettings, clock: Clock) -> AsyncContainer:
    """The container of commands that only read the books."""
    context = {DatabaseSettings: settings, Clock: clock}
    return make_async_container(DatabaseProvider(), NoHooks(), context=context, validation_settings=STRICT_VALIDATION)
