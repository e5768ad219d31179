"""The bot from end to end: users in the simulated Telegram, the real dispatcher, the real use cases in memory."""

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.fsm.storage.memory import MemoryStorage
from dishka import AsyncContainer, Provider, Scope, make_async_container
from dishka.integrations.aiogram import CONTAINER_NAME

from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_adapters.telegram.shop_chats import TelegramShopChats
from orbit_adapters.telegram.webhook_reply import WEBHOOK_REPLY, WebhookReply
from orbit_domain.ids import TelegramId
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.use_cases.deliver_notices import DeliverNotices, StaffChats
from orbit_domain.use_cases.preview_broadcast import PreviewBroadcast
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.bot.parsed_update import parsed_update
from orbit_entry.bot.rate_limit import UpdateRateLimit
from orbit_entry.bot.short_way import ShortWayDispatcher
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.entities import Formatted
from orbit_sandbox.telegram.keyboard import Button
from orbit_sandbox.telegram.messages import Message
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World

TOKEN = "424242:sandbox-token"


_SPARE: list[ShortWayDispatcher] = []
"""Those of tests that have ended: to build one costs more than most tests."""


@cache
def _container_of(kinds: frozenset[type]) -> AsyncContainer:
    """Made once: compiling the graph costs more than a whole test."""
    provider = Provider(scope=Scope.SESSION)
    for kind in kinds:
        provider.from_context(provides=kind, scope=Scope.SESSION)
    return make_async_container(provider)


def use_cases_container(use_cases: dict[type, object]) -> AsyncContainer:
    """A container of *use_cases* and nothing else."""
    return _container_of(frozenset(use_cases))(context=use_cases, scope=Scope.SESSION)


class BotHarness:
    """The bot of *shop* in a simulated Telegram, which may be there already.

    *replaced* are use cases to use instead, by their name in the shop.
    """

    def __init__(self, shop: Shop, world: World, telegram: SimTelegram | None = None, **replaced: object) -> None:
        self.shop, self.world = shop, world
        self.telegram = telegram or SimTelegram(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
        self.bot = Bot(TOKEN, session=InProcessSession(self.telegram))
        clock = world.clock
        self.notifier = TelegramNotifier(self.bot, clock, shop.show_payment, shop.record_invoice_message, world.base)
        self.notifier.send_rate_limiter = SendRateLimiter(clock, clock.sleep)
        use_cases = {type(use_case): use_case for use_case in shop.all_use_cases()}
        use_cases[PreviewBroadcast] = replace(shop.preview_broadcast, notifier=self.notifier)
        for name, stand_in in replaced.items():
            use_cases[type(getattr(shop, name))] = stand_in
        container = use_cases_container(use_cases)
        self.dispatcher = _SPARE.pop() if _SPARE else build_dispatcher(container)
        self.dispatcher[CONTAINER_NAME] = container
        self.rate_limit: UpdateRateLimit | None = None
        self.by_webhook = False
        """Whether what an update is answered with goes through the answer to a webhook, where it can."""
        self._offset = 0

    def give_back(self) -> None:
        """The test has ended: another one gets the dispatcher, which knows nobody any more."""
        kept = self.dispatcher.fsm.storage
        assert isinstance(kept, MemoryStorage)
        kept.storage.clear()
        self.dispatcher["ignored"].clear()
        self.dispatcher.has_short_way = True
        _SPARE.append(self.dispatcher)

    def drop_support_account(self) -> None:
        """From now on no account answers customers: the bot passes their questions on."""
        settings = self.shop.read_shop_settings.settings
        settings.given = replace(settings.given, values={**settings.given.values, SettingName.SUPPORT: ""})
        settings.renew(())

    def send_notices_to_chats(self) -> None:
        """Let the shop send its notices into the simulated chats."""
        shop = self.shop
        posts = TelegramShopChats(self.notifier, shop.record_case_post, shop.record_case_topic)
        chats = StaffChats(posts, self.world.ids)
        shop.deliver_notices = DeliverNotices(self.world.storage, self.world.clock, self.notifier, staff_chats=chats)

    async def process_updates(self) -> list[Any]:
        """Handle all waiting updates."""
        batch = await self.telegram.updates.fetch(self._offset, 100, 0)
        for raw in batch:
            self._offset = max(self._offset, raw["update_id"] + 1)
            await self.feed(raw)
        return batch

    async def feed(self, raw: dict[str, Any]) -> None:
        """Handle one update, as the update processor does."""
        if self.rate_limit is not None and not await self.rate_limit.admits(raw, self.bot):
            return
        reply = WebhookReply() if self.by_webhook else None
        before = WEBHOOK_REPLY.set(reply)
        try:
            await self.dispatcher.feed_update(self.bot, parsed_update(raw, self.bot))
        finally:
            WEBHOOK_REPLY.reset(before)
        if reply is not None and (body := reply.body()):
            call = json.loads(body)
            await self.telegram.call(call.pop("method"), Params(call))

    def new_user(self, language: str = "ru", first_name: str = "Вера") -> "ChatUser":
        """A user who hasn't pressed /start."""
        return ChatUser(self, self.telegram.add_customer(first_name, language).id)


@dataclass
class ChatUser:
    """A user in the chat with the bot: what they send and see."""

    bot_harness: BotHarness
    user_id: int

    async def write(self, text: str) -> Message:
        """Send *text*. Returns the newest message afterwards."""
        self.bot_harness.telegram.say(self.user_id, text)
        await self.bot_harness.process_updates()
        return self.newest

    async def send(self, words: Formatted, picture: bytes | None = None) -> Message:
        """Send formatted *words*, perhaps below a *picture*. Returns the newest message afterwards."""
        self.bot_harness.telegram.say_formatted(self.user_id, words, picture)
        await self.bot_harness.process_updates()
        return self.newest

    async def tap(self, button: str, message: Message | None = None) -> Message:
        """Tap the button with *button* in its label or at the start of its data. It must be answered exactly once."""
        on = message or self.newest
        buttons = [one for row in on.content.keyboard for one in row]
        found = next((one for one in buttons if one.data.startswith(button) or button in one.text), None)
        wanted = found.data if found is not None else button
        tap: Any = self.bot_harness.telegram.tap(self.user_id, on.id, wanted)
        await self.bot_harness.process_updates()
        assert tap.answers == 1, f"{button} was answered {tap.answers} times"
        return self.newest

    async def send_data(self, data: str) -> int:
        """Send callback data of no keyboard. Returns how often the tap was answered."""
        tap = self.bot_harness.telegram._callback(self.user_id, self.newest, data)
        await self.bot_harness.process_updates()
        return tap.answers

    @property
    def messages(self) -> list[Message]:
        """The messages of the bot that aren't deleted."""
        return [one for one in self.bot_harness.telegram.chats[self.user_id].messages.values() if one.from_bot]

    @property
    def newest(self) -> Message:
        return self.messages[-1]

    @property
    def text(self) -> str:
        """The text of the newest message."""
        return self.newest.content.words.text

    @property
    def buttons(self) -> list[Button]:
        """The buttons of the newest message."""
        return [button for row in self.newest.content.keyboard for button in row]

    @property
    def toasts(self) -> list[str]:
        """The shown toasts."""
        return [toast.text for toast in self.bot_harness.telegram.toasts if toast.user_id == self.user_id]

    @property
    def buyer(self) -> Buyer:
        """The same user as a buyer with a wallet."""
        return Buyer(self.bot_harness.shop, self.bot_harness.world, TelegramId(self.user_id))

    def copied(self, at: int) -> str:
        """The text of the copy button number *at*."""
        return [button.data for button in self.buttons if button.kind == "copy"][at]
