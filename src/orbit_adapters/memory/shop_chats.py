"""The chats of the staff in memory."""

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import Session
from orbit_domain.shop_chat.shop_chat import Purpose, ShopChat


class MemoryShopChats:
    """The port `ShopChats`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> tuple[ShopChat, ...]:
        """Every chosen chat, by purpose."""
        return tuple(sorted(self._session.tables.shop_chats.values(), key=lambda one: one.purpose))

    async def get(self, purpose: Purpose) -> ShopChat | None:
        """The chat for *purpose*."""
        return self._session.tables.shop_chats.get(purpose)

    async def lock(self, purpose: Purpose) -> ShopChat | None:
        """The same."""
        return await self.get(purpose)

    async def put(self, chat: ShopChat) -> None:
        """Choose it."""
        self._session.tables.shop_chats[chat.purpose] = sanitized(chat)

    async def remove(self, purpose: Purpose) -> None:
        """None is chosen any more."""
        self._session.tables.shop_chats.pop(purpose, None)
