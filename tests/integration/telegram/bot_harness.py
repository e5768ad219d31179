"""The whole way of an update: a phone in the little Telegram, the real dispatcher, the real verbs in memory."""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from dishka import AsyncContainer, Provider, Scope, make_async_container

from orbit_domain.ids import TelegramId
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.keyboard import Button
from orbit_sandbox.telegram.messages import Message
from orbit_sandbox.telegram.session import WorldSession
from orbit_sandbox.telegram.world import BotApiWorld
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World

TOKEN = "424242:sandbox-token"


def verbs_container(verbs: dict[type, object]) -> AsyncContainer:
    """A container that holds nothing but these verbs."""
    provider = Provider(scope=Scope.APP)
    for kind in verbs:
        provider.from_context(provides=kind, scope=Scope.APP)
    return make_async_container(provider, context=verbs)


class BotHarness:
    """A shop counter: Telegram on one side, the shop on the other. `verbs` may be replaced before it opens."""

    def __init__(self, shop: Shop, world: World, **replaced: object) -> None:
        self.shop, self.world = shop, world
        self.telegram = BotApiWorld(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
        self.bot = Bot(TOKEN, session=WorldSession(self.telegram))
        verbs = {type(verb): verb for verb in vars(shop).values()}
        for name, stand_in in replaced.items():
            verbs[type(getattr(shop, name))] = stand_in
        self.dispatcher: Dispatcher = build_dispatcher(verbs_container(verbs), support="orbit_help")
        self._offset = 0

    async def serve(self) -> list[Any]:
        """Handle every update that waits."""
        batch = await self.telegram.updates.fetch(self._offset, 100, 0)
        for raw in batch:
            self._offset = max(self._offset, raw["update_id"] + 1)
            await self.feed(raw)
        return batch

    async def feed(self, raw: dict[str, Any]) -> None:
        """Handle one update, as the intake does."""
        await self.dispatcher.feed_update(self.bot, Update.model_validate(raw, context={"bot": self.bot}))

    def visitor(self, language: str = "ru", first_name: str = "Вера") -> "Phone":
        """Somebody who hasn't met the bot."""
        return Phone(self, self.telegram.add_customer(first_name, language).id)


@dataclass
class Phone:
    """What one person does and sees."""

    bot_harness: BotHarness
    user_id: int

    async def write(self, text: str) -> Message:
        """Send *text*; the newest message afterwards."""
        self.bot_harness.telegram.say(self.user_id, text)
        await self.bot_harness.serve()
        return self.newest

    async def tap(self, button: str, message: Message | None = None) -> Message:
        """Tap the button whose words or data begin so; every tap must be answered exactly once."""
        on = message or self.newest
        keys = [key for row in on.content.keyboard for key in row]
        found = next((key for key in keys if key.data.startswith(button) or button in key.text), None)
        wanted = found.data if found is not None else button
        tap: Any = self.bot_harness.telegram.tap(self.user_id, on.id, wanted)
        await self.bot_harness.serve()
        assert tap.answers == 1, f"{button} was answered {tap.answers} times"
        return self.newest

    async def send_data(self, data: str) -> int:
        """Send callback data that no keyboard ever had; how often the tap was answered."""
        tap = self.bot_harness.telegram._callback(self.user_id, self.newest, data)
        await self.bot_harness.serve()
        return tap.answers

    @property
    def messages(self) -> list[Message]:
        """What the bot has written that is still there."""
        return [one for one in self.bot_harness.telegram.chats[self.user_id].messages.values() if one.from_bot]

    @property
    def newest(self) -> Message:
        return self.messages[-1]

    @property
    def text(self) -> str:
        """The words of the newest message."""
        return self.newest.content.words.text

    @property
    def buttons(self) -> list[Button]:
        """The buttons of the newest message."""
        return [key for row in self.newest.content.keyboard for key in row]

    @property
    def toasts(self) -> list[str]:
        """What flashed up."""
        return [toast.text for toast in self.bot_harness.telegram.toasts if toast.user_id == self.user_id]

    @property
    def buyer(self) -> Buyer:
        """The same person with a wallet."""
        return Buyer(self.bot_harness.shop, self.bot_harness.world, TelegramId(self.user_id))

    def copied(self, at: int) -> str:
        """What the copy button number *at* copies."""
        return [key.data for key in self.buttons if key.kind == "copy"][at]
