"""`orbit run`: the shop until somebody says stop."""

import asyncio
import os
import signal
import time

import structlog

from orbit_adapters.system.clock import SystemClock
from orbit_entry.logs import start_logging
from orbit_entry.reading_settings import read_settings
from orbit_entry.settings import Settings
from orbit_entry.worker.pace import Pace

log = structlog.get_logger()


def run_shop(pace: Pace | None = None) -> int:
    """Open the shop at *pace*, close it on SIGINT or SIGTERM; a second signal leaves at once."""
    settings = read_settings(Settings)
    start_logging(settings.log_level)
    asyncio.run(_run(settings, pace or Pace()))
    return 0


async def _run(settings: Settings, pace: Pace) -> None:
    # aiogram takes seconds to load: bad settings are told before it is asked for.
    from orbit_entry.commands.migrate import prepare_books
    from orbit_entry.shop import open_shop

    await prepare_books(settings)
    stop = asyncio.Event()
    _listen(stop)
    async with open_shop(settings, SystemClock(), pace):
        log.info("shop_open", intake="polling" if settings.webhook_url is None else "webhook")
        await stop.wait()
        begin = time.monotonic()
    log.info("shop_closed", seconds=round(time.monotonic() - begin, 2))


def _listen(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
