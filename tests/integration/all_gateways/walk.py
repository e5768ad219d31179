"""A walk of random steps through a shop that takes every way to pay: customers, owner, providers, faults, restarts."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from starlette.applications import Starlette

from orbit_domain.errors import Refusal
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.web.payment_webhooks import webhook_routes
from tests.integration.all_gateways.asgi_call import Request, call
from tests.integration.all_gateways.mixed_shop import MixedShop
from tests.integration.all_gateways.way_to_pay import WayToPay
from tests.support.crash_injection import CrashHook
from tests.support.facts import ALL
from tests.support.port_hooks import RandomYield
from tests.support.shop import Shop

CUSTOMERS = (TelegramId(42), TelegramId(43), TelegramId(44))
REFUSALS = (Refusal, GatewayUnavailable, StorageBusy, StorageUnavailable)
"""How a call may end that did nothing, or of which nobody knows the outcome. Anything else is a bug."""


class WalkHook:
    """Crashes the process that is to die; while it has an `order`, lets other tasks run at every call."""

    def __init__(self) -> None:
        self.order: RandomYield | None = None
        self._crash = CrashHook()

    async def on_call(self) -> None:
        """Called once before and once after every call."""
        await self._crash.on_call()
        if self.order is not None:
            await self.order.on_call()


@dataclass(eq=False)
class Walk:
    """The present process, and what the walk remembers: refunds that were asked for, news that was taken, and so on.

    `reached` counts the steps, the faults that happened, and the refusals.
    """

    mixed: MixedShop
    hook: WalkHook
    shop: Shop
    reached: Counter[str] = field(default_factory=Counter)
    refunds: set[PaymentId] = field(default_factory=set)
    taken_back: set[PaymentId] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)
    news_taken: dict[tuple[str, str], str] = field(default_factory=dict)
    crashes: int = 0

    @classmethod
    async def start(cls, mixed: MixedShop, hook: WalkHook) -> "Walk":
        """In front of an open shop, with three customers."""
        walk = cls(mixed, hook, mixed.shop())
        for tg_id in CUSTOMERS:
            await walk.shop.register_user(tg_id, f"user{tg_id}", "ru")
        return walk

    async def tolerant(self, act: Callable[[], Awaitable[object]], name: str = "") -> None:
        """Do *act*; a refusal is an end as good as any."""
        try:
            await act()
        except* REFUSALS as refused:
            self.reached[f"{name or 'call'} refused: {type(refused.exceptions[0]).__name__}"] += 1

    async def payments(self) -> Sequence[Payment]:
        """Every payment that was shown to its customer, oldest first."""
        return [one for one in await self.all_payments() if one.address]

    async def all_payments(self) -> Sequence[Payment]:
        """Every payment, oldest first for each customer."""
        async with self.mixed.world.storage.transaction() as tx:
            return [one for tg_id in CUSTOMERS for one in (await tx.payments.of_user(tg_id, ALL))[::-1]]

    async def orders(self) -> Sequence[Order]:
        """Every order, oldest first for each customer."""
        async with self.mixed.world.storage.transaction() as tx:
            return [one for tg_id in CUSTOMERS for one in (await tx.orders.newest(tg_id, ALL))[::-1]]

    async def a_payment(self, chance: Random, *methods: Method) -> Payment | None:
        """One of the shown payments, more often a newer one."""
        found = [one for one in await self.payments() if not methods or one.method in methods]
        found.sort(key=lambda one: one.created_at)
        return chance.choice(found[-6:] if chance.random() < 0.8 else found) if found else None

    def a_method(self, chance: Random) -> Method:
        """One of the ways to pay."""
        return chance.choice([way.method for way in self.mixed.ways])

    def way_of(self, payment: Payment) -> WayToPay:
        """The way by which *payment* is paid."""
        return self.mixed.way(payment.method)

    async def hear(self, way: WayToPay, body: bytes) -> int | None:
        """Bring news of *way* to the shop's web server. Returns the HTTP status."""
        assert way.webhook is not None
        headers = way.headers(body)
        world, ports = self.mixed.world, self.mixed.ports
        receive = ReceiveWebhook(ports.storage, world.clock)
        app = Starlette(routes=webhook_routes([way.webhook], receive, self.shop.scan_and_settle))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        status = (await call(app, Request(way.webhook.path, raw, (body,)))).status
        if status == 200:
            event = way.webhook.read(headers, body)
            self.news_taken.setdefault((event.source, event.external_id), event.payload)
        return status

    async def work(self, minutes: float, runs: int = 2) -> None:
        """Let time pass, and every job run so often."""
        self.mixed.world.clock.advance(minutes=minutes)
        await self.tolerant(lambda: self.shop.work(runs), "work")

    async def settle_down(self) -> None:
        """Heal everything, tell all news, repeat what ended in the unknown, and let every deadline pass."""
        self.hook.order = None
        for way in self.mixed.ways:
            way.heal()
        self.shop = self.mixed.shop()
        await self.work(3, runs=3)
        await self.repeat_refunds()
        await self.hear_everything(Random("the end"))
        await self.work(8 * 60, runs=3)
        await self.repeat_refunds()
        await self.work(5, runs=3)

    async def hear_everything(self, chance: Random) -> None:
        """All the news there has been, in any order."""
        news = [(way, body) for way in self.mixed.ways if way.webhook for body in dict.fromkeys(way.news())]
        chance.shuffle(news)
        for way, body in news:
            await self.hear(way, body)

    async def repeat_refunds(self) -> None:
        """Whatever stopped a refund half-way, the same call again goes on."""
        for payment_id in sorted(self.refunds):
            await self.tolerant(lambda name=payment_id: self.shop.refund_payment(name, "owner", "again"), "refund")


async def gather_all(*work: Awaitable[object]) -> None:
    """Let all of *work* happen at once, then raise what went wrong."""
    ends = await asyncio.gather(*work, return_exceptions=True)
    errors = [end for end in ends if isinstance(end, Exception)]
    if errors:
        raise ExceptionGroup("at once", errors)
