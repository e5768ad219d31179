"""`orbit run`, `bot`, `worker`, `web`: the shop, or some of its doors, until somebody says stop."""

import asyncio
import os
import signal
import time

import structlog
from rich.console import Console

from orbit_adapters.system.clock import SystemClock
from orbit_domain.storage import StorageTrouble
from orbit_entry.doors import ALL_DOORS, Door
from orbit_entry.logs import start_logging
from orbit_entry.reading_settings import read_settings
from orbit_entry.settings import Settings
from orbit_entry.worker.pace import Pace

log = structlog.get_logger()


def run_shop(doors: frozenset[Door] = ALL_DOORS, pace: Pace | None = None) -> int:
    """Open *doors* at *pace*, close them on SIGINT or SIGTERM; a second signal leaves at once.

    The whole shop brings the schema up to date itself. One of several processes doesn't: it says what to do, and 1.
    """
    settings = read_settings(Settings)
    start_logging(settings.log_level)
    return asyncio.run(_run(settings, doors, pace or Pace()))


async def _run(settings: Settings, doors: frozenset[Door], pace: Pace) -> int:
    # aiogram takes seconds to load: bad settings are told before it is asked for.
    from orbit_adapters.sql.required import WrongSchema, require_schema
    from orbit_entry.commands.migrate import prepare_books
    from orbit_entry.shop import open_shop

    if doors == ALL_DOORS:
        await prepare_books(settings)
    try:
        await require_schema(settings.database)
    except (WrongSchema, StorageTrouble) as trouble:
        Console(stderr=True).print(str(trouble), markup=False, highlight=False)
        return 1
    stop = asyncio.Event()
    _listen(stop)
    async with open_shop(settings, SystemClock(), pace, doors):
        log.info("open", doors=sorted(doors), intake="polling" if settings.webhook_url is None else "webhook")
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
