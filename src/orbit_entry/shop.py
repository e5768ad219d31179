"""One running shop: the bot, the worker and the web door in one process, and how it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from dishka import AsyncContainer
from taskiq import AsyncBroker

from orbit_domain.clock import Clock
from orbit_domain.storage import Storage
from orbit_domain.use_cases.find_user import FindUser
from orbit_domain.use_cases.reclaim_work import ReclaimWork
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.bot.door import ClosedDoor, PollingDoor, WebhookDoor
from orbit_entry.bot.flood import FloodLimit
from orbit_entry.bot.intake import Intake
from orbit_entry.bot.lanes import Lanes
from orbit_entry.container import shop_container
from orbit_entry.doors import ALL_DOORS, Door, Doors
from orbit_entry.settings import Settings
from orbit_entry.speed import Speed
from orbit_entry.web.app import web_app
from orbit_entry.web.health import Health
from orbit_entry.web.server import serving
from orbit_entry.worker.bell import Bell
from orbit_entry.worker.pace import Pace
from orbit_entry.worker.schedule import Schedule
from orbit_entry.worker.worker import Slots, Worker

IN_FLIGHT_LIMIT_S = 6


@asynccontextmanager
async def open_shop(settings: Settings, clock: Clock, pace: Pace, doors: Doors = ALL_DOORS) -> AsyncIterator[Worker]:
    """Keep the *doors* of a shop open while the block runs; the schema must be there.

    Leaving takes less than ten seconds: readiness goes off, no new work begins, what is in hand is
    finished. Whatever isn't finished by then is done again after the next start.
    """
    container = shop_container(settings, clock, doors)
    try:
        await (await container.get(SeedShop))()
        if settings.is_alone and doors == ALL_DOORS:
            await (await container.get(ReclaimWork))()
        health = Health(await container.get(Storage), await container.get(Speed))
        intake = await _intake(container, settings, clock) if Door.BOT in doors else ClosedDoor()
        worker = await _worker(container, pace)
        async with serving(web_app(health, intake.routes), settings.web_host, settings.web_port):
            try:
                await intake.open()
                if Door.WORKER in doors:
                    await worker.start()
                yield worker
            finally:
                health.stopping = True
                await asyncio.gather(intake.close(IN_FLIGHT_LIMIT_S), worker.stop(IN_FLIGHT_LIMIT_S))
    finally:
        await container.close()


async def _intake(container: AsyncContainer, settings: Settings, clock: Clock) -> PollingDoor | WebhookDoor:
    bot = await container.get(Bot)
    speed = await container.get(Speed)
    limit = FloodLimit(speed.gate, clock, await container.get(FindUser), spare_admins=settings.flood_spares_admins)
    dispatcher = build_dispatcher(container, settings.support.lstrip("@"), speed.dialogs, limit)
    intake = Intake(dispatcher, bot, Lanes())
    if settings.webhook_url is None or settings.webhook_secret is None:
        return PollingDoor(bot, intake)
    return WebhookDoor(bot, intake, settings.webhook_url, settings.webhook_secret.get_secret_value())


async def _worker(container: AsyncContainer, pace: Pace) -> Worker:
    broker, bell, slots = await container.get(AsyncBroker), await container.get(Bell), await container.get(Slots)
    return Worker((await container.get(Schedule)).loops(pace), broker, bell, slots)
