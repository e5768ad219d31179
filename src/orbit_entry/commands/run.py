"""`orbit run`, `bot`, `worker`, `web`: the whole shop or one role of it, until a signal stops it."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from orbit_adapters.system.clock import SystemClock
from orbit_entry.commands.terminal import show
from orbit_entry.config.process import ALL_ROLES, ProcessRole
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.collector import loading
from orbit_entry.runtime.event_loop import run_in_event_loop
from orbit_entry.runtime.observation import observed
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.signals import stop_on_signals

log = structlog.get_logger()


def run_shop(roles: frozenset[ProcessRole] = ALL_ROLES, intervals: Intervals | None = None) -> int:
    """Run a process with *roles* until SIGINT or SIGTERM. A second signal ends it at once.

    A process with all roles migrates the schema itself; for any other one it must be there. Raises BadSettings,
    CannotStart (Telegram refuses the token, or the records are in another currency), SchemaError, StorageError,
    UnusableDatabase, OSError.
    """
    settings = read_settings(Settings)
    with observed(settings):
        pace = Intervals(journal_s=settings.journal_period_s)
        return run_in_event_loop(_run(settings, roles, intervals or pace))


async def _run(settings: Settings, roles: frozenset[ProcessRole], intervals: Intervals) -> int:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        with loading():
            # aiogram takes long to load: bad settings are reported before.
            from orbit_adapters.sql.schema_check import require_schema
            from orbit_entry.process import run_process
            from orbit_entry.runtime.schema import prepare_database

            if roles == ALL_ROLES:
                await prepare_database(settings)
            await require_schema(settings.database)
            stop_on_signals(stop)
            await stack.enter_async_context(run_process(settings, SystemClock(), intervals, roles, _tell))
        log.info(
            "process_started", roles=sorted(roles), updates="polling" if settings.webhook_url is None else "webhook"
        )
        await stop.wait()
        stopping_since = time.monotonic()
    log.info("process_stopped", seconds=round(time.monotonic() - stopping_since, 2))
    return 0


def _tell(lines: Sequence[str]) -> None:
    """Print the start report beside the logs."""
    show(*lines, error=True)
