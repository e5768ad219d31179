"""A shop that takes Stars: its bot, its gateway and its source all speak to one simulated Telegram."""

from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.methods import EditUserStarSubscription, TelegramMethod
from aiogram.methods.base import TelegramType

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.renewals import StarsRenewals
from orbit_adapters.stars.settings import StarsSettings
from orbit_adapters.stars.source import StarsSource
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB, STARS, TON, BaseCurrency
from orbit_domain.notice.notice import Notice
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.source import ReceiptSource
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.update_processor import UpdateProcessor
from orbit_entry.wiring.registries import SourceRegistry
from orbit_sandbox.telegram.checkouts import Charge
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.telegram.bot_harness import TOKEN, BotHarness, ChatUser
from tests.support.clock import StillSandboxClock
from tests.support.shop import OWNER, Shop
from tests.support.world import Ports, World

STAR_PRICE = "1.35"
DUE = 96
"""Stars for a month at 129 ₽."""


class LosingSession(InProcessSession):
    """While `lost`, what the bot wants of a subscription is done, and the answer doesn't come."""

    def __init__(self, telegram: SimTelegram) -> None:
        super().__init__(telegram)
        self.lost = False

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Perform *method*. Raises OSError for a lost answer."""
        answer = await super().make_request(bot, method, timeout)
        if self.lost and isinstance(method, EditUserStarSubscription):
            raise OSError("the connection broke")
        return answer


class StarsHarness(BotHarness):
    """The bot of a shop that takes Stars. News of money makes the sources be read at once, as a worker does."""

    def __init__(self, world: World, telegram: SimTelegram, ports: Ports, answers: LosingSession) -> None:
        super().__init__(Shop(ports), world, telegram)
        shop, self.ports, self.answers = self.shop, ports, answers
        self.send_notices_to_chats()
        self.processor = UpdateProcessor(
            self.dispatcher,
            self.bot,
            PerUserQueue(),
            shop.record_money_update,  # type: ignore[attr-defined]
            look_sooner=shop.scan_and_settle,
        )

    async def feed(self, raw: dict[str, Any]) -> None:
        """Handle one update, with everything that the process does around the dispatcher."""
        await self.processor.process(raw)

    async def invoice(self, user: ChatUser) -> str:
        """Let *user* ask for an invoice in Stars; the link on its button."""
        await user.tap("plans")
        await user.tap("buy:sub_1m")
        await user.tap("Telegram Stars")
        return self.link(user)

    def link(self, user: ChatUser) -> str:
        """The link on the invoice that *user* sees."""
        return next(button.data for button in user.buttons if button.kind == "url")

    async def pay(self, user: ChatUser, url: str) -> None:
        """Let *user* press Pay behind the link, and the bot handle what follows."""
        self.telegram.pay_link(user.user_id, url)
        await self.process_updates()
        await self.process_updates()

    @property
    def charges(self) -> list[Charge]:
        """What Telegram has taken."""
        return list(self.telegram.checkouts.charges.values())

    async def payment(self, user: ChatUser) -> Payment:
        """The newest payment of *user*."""
        async with self.world.storage.transaction() as tx:
            return (await tx.payments.of_user(TelegramId(user.user_id), 1))[0]

    async def outcome(self, user: ChatUser) -> tuple[OrderState, int]:
        """The state of the newest order of *user* and the kopecks on the balance, in a ledger that balances."""
        tg_id = TelegramId(user.user_id)
        assert (await AuditLedger(self.world.storage)()).findings == ()
        async with self.world.storage.transaction() as tx:
            (order,) = await tx.orders.newest(tg_id, 1)
            customer = await tx.users.get(tg_id)
        assert customer is not None
        return order.state, customer.balance.units

    async def told_owner(self) -> list[Notice]:
        """What the owner was told, of money or anything else."""
        async with self.world.storage.transaction() as tx:
            return [message.notice for message in await tx.outbox.of_user(OWNER, 50)]


async def open_stars_shop(kinds: tuple[type[StarsGateway], ...] = (StarsGateway,)) -> StarsHarness:
    """A seeded shop with the gateways *kinds*, whose sources are read."""
    world = World()
    telegram = SimTelegram(StillSandboxClock(world.clock), TOKEN, "orbit_sandbox_bot", seed=7)
    settings = StarsSettings(price=STAR_PRICE)
    answers = LosingSession(telegram)
    api, price = StarsApi(Bot(TOKEN, session=answers)), FixedRates(STAR_PRICE, RUB, world.clock, asset=STARS)
    sources: tuple[ReceiptSource, ...] = (*MemorySources(world.chain).all(), StarsSource(api, world.clock))
    ports = replace(
        world.ports(),
        sources=SourceRegistry(sources, lambda _: None),
        renewals=StarsRenewals(api),
        rates=RatesByAsset({TON: world.rates, STARS: price}),
        gateways=tuple(kind(settings, BaseCurrency(RUB), api, price, world.clock) for kind in kinds),
    )
    await Shop(ports).open()
    return StarsHarness(world, telegram, ports, answers)
