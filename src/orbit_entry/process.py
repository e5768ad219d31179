"""One running process of a shop: its bot, its worker and its web server, and how it stops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dishka import AsyncContainer
from starlette.routing import Route

from orbit_domain.access.ports import Panels
from orbit_domain.clock import Clock
from orbit_domain.health import HealthReader
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_domain.use_cases.read_shop_settings import RefreshShopSettings
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_domain.use_cases.release_leases import ReleaseLeases
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_entry.bot.no_source import NoSource
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.config.process import ALL_ROLES, ProcessRole, ProcessRoles
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.base_currency import require_base_currency
from orbit_entry.runtime.broker import Broker
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.fresh_settings import fresh_settings
from orbit_entry.runtime.periodic_job import Intervals, JobName
from orbit_entry.runtime.retry_log import only_log_retries
from orbit_entry.runtime.start_report import start_report
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.sight.open_sight import Watched, opened_sight
from orbit_entry.web.app import web_app
from orbit_entry.web.health import Health
from orbit_entry.web.payment_webhooks import webhook_routes
from orbit_entry.web.server import serving
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_entry.wiring.container import shop_container
from orbit_entry.wiring.fresh_panels import kept_fresh, require_panels
from orbit_entry.wiring.panel_registry import PanelRegistry
from orbit_entry.worker.worker import NoPeriodLock, PeriodLock, Worker

if TYPE_CHECKING:
    from aiogram.types import User

    from orbit_entry.bot.update_source import PollingSource, WebhookSource
    from orbit_entry.runtime.shared_reads import SharedReads

IN_FLIGHT_LIMIT_S = 6


@asynccontextmanager
async def run_process(
    settings: Settings,
    clock: Clock,
    intervals: Intervals,
    roles: ProcessRoles = ALL_ROLES,
    tell: Callable[[Sequence[str]], None] | None = None,
) -> AsyncIterator[Worker]:
    """Run a process with *roles* while the block runs; the schema must be there.

    *tell* gets the lines of the start report. Raises CannotStart when Telegram refuses the bot's token, when the
    shop's records are in another currency than the settings say, or when a panel of the database can't be opened.
    Leaving takes less than ten seconds: readiness goes off, no new work begins, work in progress ends.
    What isn't finished by then is done again after the next start.
    """
    only_log_retries()
    container = shop_container(settings, clock, roles)
    try:
        read_base_currency = await container.get(ReadBaseCurrency)
        await require_base_currency(read_base_currency, settings.base)
        account = await _account(container) if ProcessRole.BOT in roles else None
        await (await container.get(SeedShop))()
        # Another process may have seeded the same empty database meanwhile, in its currency.
        await require_base_currency(read_base_currency, settings.base)
        refresh_settings = await container.get(RefreshShopSettings)
        await refresh_settings()
        panels = await container.get(PanelRegistry)
        await require_panels(panels)
        if settings.is_alone and roles == ALL_ROLES:
            await (await container.get(ReleaseLeases))()
        health = Health(await container.get(HealthReader))
        meter = await container.get(UpdateMeter)
        source = await _update_source(container, settings, clock, meter) if ProcessRole.BOT in roles else NoSource()
        worker = await _worker(container, intervals, roles)
        watched = Watched(worker, meter, lambda: source.is_failing)
        links = (await container.get(SubscriptionRoutes)).routes()
        routes = (*source.routes, *await _webhook_routes(container), *links)
        async with (
            serving(web_app(health, routes), settings.web_host, settings.web_port),
            opened_sight(container, roles, watched),
        ):
            try:
                await source.open()
                if ProcessRole.WORKER in roles:
                    await worker.start()
                async with (
                    kept_fresh(panels, intervals.panels_s),
                    fresh_settings(refresh_settings, intervals.settings_s),
                    _telling(container, settings, account, tell),
                ):
                    yield worker
            finally:
                health.stopping = True
                await asyncio.gather(source.close(IN_FLIGHT_LIMIT_S), worker.stop(IN_FLIGHT_LIMIT_S))
    finally:
        await container.close()


@asynccontextmanager
async def _telling(
    container: AsyncContainer, settings: Settings, account: "User | None", tell: Callable[[Sequence[str]], None] | None
) -> AsyncIterator[None]:
    """Tell the start report beside the block, which doesn't wait for a slow panel."""
    gateways, panels = await container.get(Gateways), await container.get(Panels)

    async def report() -> None:
        if tell is not None:
            tell(await start_report(settings, account, gateways, panels))

    task = asyncio.create_task(report(), name="start report")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _account(container: AsyncContainer) -> "User | None":
    from aiogram import Bot

    from orbit_entry.runtime.bot_token import bot_account

    return await bot_account(await container.get(Bot))


async def _update_source(
    container: AsyncContainer, settings: Settings, clock: Clock, meter: UpdateMeter
) -> "PollingSource | WebhookSource":
    # Imported late: only the bot's process needs aiogram's dispatcher, the handlers and their screens.
    from aiogram import Bot

    from orbit_domain.use_cases.find_user import FindUser
    from orbit_domain.use_cases.record_money_update import RecordMoneyUpdate
    from orbit_entry.bot.dispatcher import build_dispatcher
    from orbit_entry.bot.per_user_queue import PerUserQueue
    from orbit_entry.bot.rate_limit import UpdateRateLimit
    from orbit_entry.bot.update_processor import UpdateProcessor
    from orbit_entry.bot.update_source import PollingSource, WebhookSource

    bot = await container.get(Bot)
    ephemeral = await container.get(EphemeralState)
    rate_limit = UpdateRateLimit(
        ephemeral.rate_limiter, clock, await container.get(FindUser), exempt_admins=settings.rate_limit_exempt_admins
    )
    dispatcher = build_dispatcher(container, ephemeral.dialogs)
    record_money = await container.get(RecordMoneyUpdate)
    work_signal = await container.get(WorkSignal)
    processor = UpdateProcessor(
        dispatcher,
        bot,
        PerUserQueue(),
        record_money,
        rate_limit,
        lambda: work_signal.send(JobName.MONEY),
        _shared_reads(ephemeral),
        meter,
    )
    if settings.webhook_url is None or settings.webhook_secret is None:
        return PollingSource(bot, processor)
    return WebhookSource(bot, processor, settings.webhook_url, settings.webhook_secret.get_secret_value())


def _shared_reads(ephemeral: EphemeralState) -> "SharedReads | None":
    """None without Redis, whose client isn't loaded then."""
    if ephemeral.client is None:
        return None
    from orbit_entry.runtime.shared_reads import SharedReads

    return SharedReads(ephemeral.client)


async def _webhook_routes(container: AsyncContainer) -> tuple[Route, ...]:
    """Every process takes the providers' webhooks, so that any of them may stand behind the public address."""
    webhooks = await container.get(tuple[PaymentWebhook, ...])
    work_signal = await container.get(WorkSignal)
    return webhook_routes(webhooks, await container.get(ReceiveWebhook), lambda: work_signal.send(JobName.MONEY))


async def _worker(container: AsyncContainer, intervals: Intervals, roles: ProcessRoles) -> Worker:
    broker, work_signal = await container.get(Broker), await container.get(WorkSignal)
    if ProcessRole.WORKER not in roles:
        return Worker((), broker, work_signal, NoPeriodLock())
    from orbit_entry.worker.jobs import Jobs

    jobs = (await container.get(Jobs)).jobs(intervals)
    return Worker(jobs, broker, work_signal, await container.get(PeriodLock))
