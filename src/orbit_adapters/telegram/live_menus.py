"""The one message of each chat whose buttons lead through the shop: a newer one takes the buttons of the older one."""

from contextvars import ContextVar

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from orbit_adapters.telegram.calls import EditKeyboard

_MESSAGE = "message_id"

log = structlog.get_logger()


class LiveMenus:
    """Remembers each chat's newest menu where open dialogs are kept, and for as long.

    What is forgotten there leaves one more menu that works: nothing is decided by it.
    """

    def __init__(self, dialogs: BaseStorage) -> None:
        self._dialogs = dialogs

    async def open(self, bot: Bot, chat_id: int, message_id: int) -> None:
        """The message shows a menu from now on; the one before has no buttons any more."""
        key = _key(bot, chat_id)
        older = (await self._dialogs.get_data(key)).get(_MESSAGE)
        await self._dialogs.set_data(key, {_MESSAGE: message_id})
        if not isinstance(older, int) or older == message_id:
            return
        try:
            await bot(EditKeyboard(chat_id=chat_id, message_id=older))
        except TelegramAPIError as error:  # It was deleted, for example.
            log.info("menu_not_closed", error=type(error).__name__)

    async def keep(self, bot: Bot, chat_id: int, message_id: int) -> None:
        """The message became something that keeps its buttons, such as an invoice."""
        key = _key(bot, chat_id)
        if (await self._dialogs.get_data(key)).get(_MESSAGE) == message_id:
            await self._dialogs.set_data(key, {})


LIVE_MENUS: ContextVar[LiveMenus | None] = ContextVar("live_menus", default=None)
"""Where the update in hand finds them, so that every screen and every refusal does. None: menus aren't counted."""


def _key(bot: Bot, chat_id: int) -> StorageKey:
    return StorageKey(bot_id=bot.id, chat_id=chat_id, user_id=chat_id, destiny="menu")
