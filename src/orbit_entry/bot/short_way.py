"""aiogram's dispatcher with a short way for what people do most: a tap on a button, and /start alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from dishka import AsyncContainer
from dishka.integrations.aiogram import CONTAINER_NAME, inject_handler

from orbit_adapters.telegram.live_menus import LIVE_MENUS, LiveMenus
from orbit_domain.ids import TelegramId
from orbit_entry.bot.handlers.start import is_plain, start
from orbit_entry.bot.middlewares import EndDialog, TurnBannedAway
from orbit_entry.bot.private_chats import is_private
from orbit_entry.bot.taps import Taps

_Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ShortWayDispatcher(Dispatcher):
    """Hands a tap or a plain /start of a private chat to its handler, without asking every router on the way.

    Errors, bans, dialogs and menus are met by the same objects as on the long way, which all other updates go. Both
    show the same: a test walks through the shop on either, with and without `has_short_way`.
    """

    def __init__(self, storage: BaseStorage, container: AsyncContainer, taps: Taps) -> None:
        super().__init__(storage=storage)
        # Use cases live as long as the process: no update needs a container of its own.
        self[CONTAINER_NAME] = container
        self.has_short_way = True
        self.menus = LiveMenus(storage)
        self._taps = taps
        self._start = inject_handler(HandlerObject(start))
        self._met_errors, self._turn_away, self._end_dialog = ErrorsMiddleware(self), TurnBannedAway(), EndDialog()

    async def feed_update(self, bot: Bot, update: Update, **given: Any) -> Any:
        """Handle *update*. Raises what no error handler takes."""
        event, found = update.callback_query or update.message, None
        if self.has_short_way and event is not None and update.bot is bot and not given:
            found = await self._found(event)
        if event is None or event.from_user is None or found is None:
            return await super().feed_update(bot, update, **given)
        handler, facts = found
        tg_id = TelegramId(event.from_user.id)
        state = self.fsm.get_context(bot, chat_id=tg_id, user_id=tg_id)
        data = {**self.workflow_data, **facts, "bot": bot, "event_from_user": event.from_user, "tg_id": tg_id}

        async def handle(_: TelegramObject, data: dict[str, Any]) -> Any:
            LIVE_MENUS.set(self.menus)
            data |= {"state": state, "raw_state": await state.get_state()}
            return await self._turn_away(handler, event, data)

        return await self._met_errors(handle, update, data)

    async def _found(self, event: CallbackQuery | Message) -> tuple[_Handler, dict[str, Any]] | None:
        """The handler of *event* and what it needs of it; None when *event* goes the long way."""
        if event.from_user is None or event.from_user.is_bot:
            return None
        if isinstance(event, Message):
            return (self._started, {}) if await is_plain(event) else None
        facts = await self._taps.find(event) if event.message is not None and is_private(event) else False
        return (self._tapped, facts) if isinstance(facts, dict) else None

    async def _tapped(self, tap: TelegramObject, data: dict[str, Any]) -> Any:
        return await self._taps.handle(tap, **data)

    async def _started(self, message: TelegramObject, data: dict[str, Any]) -> Any:
        async def call(message: TelegramObject, data: dict[str, Any]) -> Any:
            return await self._start.call(message, **data)

        return await self._end_dialog(call, message, data)
