"""A whole shop behind its real web application, and what hostile calls have made of it."""

import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp
from structlog.testing import capture_logs

from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.memory.undo_log import Table
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.update_processor import UpdateProcessor
from orbit_entry.bot.webhook import webhook_route
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.health_checks import HealthChecks
from orbit_entry.web.app import web_app
from orbit_entry.web.health import Health
from orbit_entry.web.limits import IgnoreDisconnects
from orbit_entry.web.payment_webhooks import webhook_routes
from tests.integration.all_gateways.hostile_target import (
    TELEGRAM_SECRET,
    Target,
    bank_target,
    cryptopay_target,
    telegram_target,
    yookassa_target,
)
from tests.integration.all_gateways.mixed_shop import MixedShop, open_mixed_shop
from tests.integration.telegram.bot_harness import BotHarness
from tests.support.buyer import Buyer
from tests.support.crash_injection import CrashHook
from tests.support.shop import Shop

_WHAT_NEWS_MAY_CHANGE = frozenset({"inbox", "cursors"})
"""News is kept raw, and makes the lists be read sooner: both are no money."""


@dataclass(frozen=True, slots=True)
class HostileShop:
    """The application, its webhooks, and the state that no hostile call may change."""

    app: ASGIApp
    targets: tuple[Target, ...]
    mixed: MixedShop

    def state(self) -> dict[str, object]:
        """Everything that is recorded but news and cursors, and what the providers have taken and sent back."""
        tables = vars(self.mixed.world.storage._tables)
        recorded = {name: dict(table) for name, table in tables.items() if isinstance(table, Table)}
        outside = {way.method: (list(way.arrivals()), dict(way.sent_back())) for way in self.mixed.ways}
        return {name: rows for name, rows in recorded.items() if name not in _WHAT_NEWS_MAY_CHANGE} | outside


class LogLines:
    """Everything that is logged, in structlog or in the standard library."""

    def __init__(self, lines: list[Any]) -> None:
        self._lines = lines

    def take(self) -> str:
        """What was logged since the last time, as text."""
        text = "".join(json.dumps(line, default=str, ensure_ascii=False) for line in self._lines)
        self._lines.clear()
        return text


@contextmanager
def read_logs() -> Iterator[LogLines]:
    """Collect what is logged meanwhile."""
    root = logging.getLogger()
    level = root.level
    with capture_logs() as lines:

        class Collector(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append({"event": self.format(record)})

        collector = Collector()
        root.addHandler(collector)
        root.setLevel(logging.DEBUG)
        try:
            yield LogLines(lines)
        finally:
            root.removeHandler(collector)
            root.setLevel(level)


@asynccontextmanager
async def open_hostile_shop() -> AsyncIterator[HostileShop]:
    """A shop in which somebody has opened a payment in every way, and has paid one of them."""
    async with open_mixed_shop(CrashHook()) as mixed:
        shop = mixed.shop()
        await _sell(mixed, shop)
        clock = mixed.world.clock
        named = {way.method: way for way in mixed.ways}
        targets = (
            bank_target(named["bank"], clock),
            cryptopay_target(named["cryptopay"], clock),
            yookassa_target(named["yookassa"]),
            telegram_target(),
        )
        yield HostileShop(IgnoreDisconnects(_web(mixed, shop)), targets, mixed)


async def _sell(mixed: MixedShop, shop: Shop) -> None:
    buyer = Buyer(shop, mixed.world)
    await buyer.start()
    for way in mixed.ways:
        await shop.request_payment(buyer.tg_id, (await buyer.choose()).order.id, way.method)
    view = await shop.request_payment(buyer.tg_id, (await buyer.choose()).order.id, TON_METHOD)
    mixed.way(TON_METHOD).pay(view.payment, view.payment.quote.due.units)
    await shop.work()


def _web(mixed: MixedShop, shop: Shop) -> ASGIApp:
    storage, clock = mixed.world.storage, mixed.world.clock
    bot = BotHarness(shop, mixed.world)
    processor = UpdateProcessor(bot.dispatcher, bot.bot, PerUserQueue(), shop.record_money_update)
    webhooks = [way.webhook for way in mixed.ways if way.webhook is not None]
    routes = (
        webhook_route(processor, TELEGRAM_SECRET),
        *webhook_routes(webhooks, ReceiveWebhook(storage, clock), shop.scan_and_settle),
    )
    limiter = MemoryRateLimiter(clock, RateLimitPolicy())
    ephemeral = EphemeralState(NoCache(), NoCache(), limiter, limiter, MemoryDialogs(clock))
    return web_app(Health(HealthChecks(storage, ephemeral, MemoryPanels())), routes)


def secrets_in(text: str, targets: tuple[Target, ...], expected: Sequence[str]) -> list[str]:
    """Which secrets of *targets*, and which of the *expected* signatures, stand in *text*."""
    hidden = [secret for target in targets for secret in target.secrets]
    return [secret for secret in (*hidden, *expected) if secret in text]
