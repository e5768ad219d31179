"""`orbit run`, `bot`, `worker`, `web`: the whole shop or one role of it, until a signal stops it."""

import asyncio
import time

import structlog
from rich.console import Console

from orbit_adapters.system.clock import SystemClock
from orbit_domain.storage import StorageError
from orbit_entry.config.process import ALL_ROLES, ProcessRole
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.signals import stop_on_signals

log = structlog.get_logger()


def run_shop(roles: frozenset[ProcessRole] = ALL_ROLES, intervals: Intervals | None = None) -> int:
    """Run a process with *roles* until SIGINT or SIGTERM. A second signal ends it at once.

    A process with all roles migrates the schema itself. Any other one prints what to do, and returns 1.
    """
    settings = read_settings(Settings)
    start_logging(settings.log_level)
    return asyncio.run(_run(settings, roles, intervals or Intervals()))


async def _run(settings: Settings, roles: frozenset[ProcessRole], intervals: Intervals) -> int:
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_adapters.sql.schema_check import SchemaError, require_schema
    from orbit_entry.process import run_process
    from orbit_entry.runtime.schema import prepare_database

    if roles == ALL_ROLES:
        await prepare_database(settings)
    try:
        await require_schema(settings.database)
    except (SchemaError, StorageError) as error:
        Console(stderr=True).print(str(error), markup=False, highlight=False)
        return 1
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with run_process(settings, SystemClock(), intervals, roles):
        log.info(
            "process_started", roles=sorted(roles), updates="polling" if settings.webhook_url is None else "webhook"
        )
        await stop.wait()
        stopping_since = time.monotonic()
    log.info("process_stopped", seconds=round(time.monotonic() - stopping_since, 2))
    return 0
