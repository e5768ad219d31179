"""Shows the numbers of this process on a port of their own, where the settings want it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from dishka import AsyncContainer
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.vitals import SqlVitals, Vitals
from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import Panels
from orbit_domain.backup.ports import BackupCopies, Backups
from orbit_domain.clock import Clock
from orbit_domain.payment.source import ReceiptSources
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.config.process import ProcessRole, ProcessRoles
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.sight.kept_vitals import KeptVitals
from orbit_entry.sight.loop_lag import LoopLag
from orbit_entry.web.server import serving
from orbit_entry.wiring.storages import WORKER
from orbit_entry.worker.worker import Worker

if TYPE_CHECKING:
    from orbit_entry.sight.process_facts import Facts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watched:
    """The parts of a process that no container knows. *telegram_fails*: whether updates can't be fetched."""

    worker: Worker
    updates: UpdateMeter
    telegram_fails: Callable[[], bool]


@asynccontextmanager
async def opened_sight(container: AsyncContainer, roles: ProcessRoles, watched: Watched) -> AsyncIterator[None]:
    """Show the numbers while the block runs; nothing without ORBIT_METRICS_PORT. Raises OSError if it is taken."""
    settings = await container.get(Settings)
    if settings.metrics_port is None:
        yield
        return
    # Imported late: most shops show no numbers.
    from orbit_entry.sight.exposition import metrics_app, process_registry

    async with AsyncExitStack() as stack:
        groups = await _groups(container, roles, watched, stack)
        app = metrics_app(process_registry(roles, groups))
        address = await stack.enter_async_context(serving(app, settings.metrics_host, settings.metrics_port))
        log.info("metrics_shown", address=f"{address}/metrics")
        yield


async def _groups(
    container: AsyncContainer, roles: ProcessRoles, watched: Watched, stack: AsyncExitStack
) -> "list[Facts]":
    from orbit_entry.sight import process_facts as facts

    ephemeral, clock, lag = await container.get(EphemeralState), await container.get(Clock), LoopLag()
    await stack.enter_async_context(lag.watching())
    groups: list[Facts] = [
        facts.StatementFacts(await container.get(SlowQueryLog)),
        facts.EphemeralFacts(ephemeral),
        facts.LoopFacts(lag),
    ]
    modes: dict[str, Callable[[], bool]] = {}
    if (client := ephemeral.client) is not None:
        modes["redis_down"] = lambda: client.is_circuit_open
    if ProcessRole.BOT in roles:
        from orbit_entry.bot.update_processor import KINDS

        groups.append(facts.UpdateFacts(watched.updates, KINDS))
        modes["telegram_down"] = watched.telegram_fails
    if ProcessRole.WORKER in roles:
        groups += await _of_worker(container, clock, watched.worker, modes, stack)
    return [*groups, facts.DegradedFacts(modes)]


async def _of_worker(
    container: AsyncContainer,
    clock: Clock,
    worker: Worker,
    modes: dict[str, Callable[[], bool]],
    stack: AsyncExitStack,
) -> "list[Facts]":
    """What a process with background work shows: it alone calls the panels all day, and it reads the tables for all."""
    from orbit_entry.sight.backup_facts import BackupFacts
    from orbit_entry.sight.process_facts import JobFacts, PanelFacts
    from orbit_entry.sight.table_facts import TableFacts

    breakers, panels = await container.get(PanelBreakers), await container.get(Panels)
    backups = BackupFacts(await container.get(Backups), await container.get(BackupCopies), clock)
    read_tables = SqlVitals(await container.get(AsyncEngine, component=WORKER)).read

    async def read(now: datetime) -> Vitals:
        await backups.look()
        return await read_tables(now)

    vitals = KeptVitals(read, clock)
    await stack.enter_async_context(vitals.kept_fresh())
    sources = frozenset(source.name for source in (await container.get(ReceiptSources)).all())
    tables = TableFacts(vitals, clock, sources)
    modes["panel_down"] = lambda: any(breakers.is_failing(panel.panel_id) for panel in panels.all())
    modes["source_stale"] = tables.is_stale
    modes["database_down"] = lambda: vitals.is_failing
    return [JobFacts(worker, clock), PanelFacts(panels, breakers), tables, backups]
