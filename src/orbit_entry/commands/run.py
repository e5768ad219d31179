"""`orbit run`, `bot`, `worker`, `web`: the shop, or some of its doors, until somebody says stop."""

import asyncio
import os
import signal
import time

import structlog
from rich.console import Console

from orbit_adapters.system.clock import SystemClock
from orbit_domain.storage import StorageError
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.intervals import Intervals
from orbit_entry.runtime.logs import start_logging
from orbit_entry.runtime.roles import ALL_ROLES, ProcessRole

log = structlog.get_logger()


def run_shop(roles: frozenset[ProcessRole] = ALL_ROLES, intervals: Intervals | None = None) -> int:
    """Open *doors* at *pace*, close them on SIGINT or SIGTERM; a second signal leaves at once.

    The whole shop brings the schema up to date itself. One of several processes doesn't: it says what to do, and 1.
    """
    settings = read_settings(Settings)
    start_logging(settings.log_level)
    return asyncio.run(_run(settings, roles, intervals or Intervals()))


async def _run(settings: Settings, roles: frozenset[ProcessRole], intervals: Intervals) -> int:
    # aiogram takes seconds to load: bad settings are told before it is asked for.
    from orbit_adapters.sql.schema_check import SchemaError, require_schema
    from orbit_entry.process import run_process
    from orbit_entry.runtime.schema import prepare_database

    if roles == ALL_ROLES:
        await prepare_database(settings)
    try:
        await require_schema(settings.database)
    except (SchemaError, StorageError) as trouble:
        Console(stderr=True).print(str(trouble), markup=False, highlight=False)
        return 1
    stop = asyncio.Event()
    _listen(stop)
    async with run_process(settings, SystemClock(), intervals, roles):
        log.info("open", roles=sorted(roles), intake="polling" if settings.webhook_url is None else "webhook")
        await stop.wait()
        begin = time.monotonic()
    log.info("closed", seconds=round(time.monotonic() - begin, 2))
    return 0


def _listen(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
