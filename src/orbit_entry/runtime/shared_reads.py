"""What an update needs from Redis, asked for in the round trip of its first command."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import encode_key
from orbit_adapters.redis.dialogs import MENU, dialog_key
from orbit_domain.cache.ports import CUSTOMER
from orbit_domain.ids import TelegramId


@dataclass(frozen=True, slots=True)
class SharedReads:
    """Makes the block of each update, within which nothing is read from *client* twice."""

    client: ResilientRedis

    def __call__(
        self, bot_id: int, tg_id: TelegramId | None, *, with_menu: bool = False
    ) -> AbstractContextManager[object]:
        """The block of one update of *tg_id* in the private chat with the bot.

        What almost every update of a person needs is asked for at once, and shares a round trip with the first command
        of the block, which is the rate limit's. *with_menu*: a new screen will be sent, so the newest menu is needed.
        """
        if tg_id is None:
            return self.client.reads_of_update()
        dialog = StorageKey(bot_id=bot_id, chat_id=tg_id, user_id=tg_id)
        keys = [encode_key(CUSTOMER.key(tg_id)), dialog_key(dialog, "state")]
        if with_menu:
            keys.append(dialog_key(replace(dialog, destiny=MENU), "data"))
        return self.client.reads_of_update(keys)
