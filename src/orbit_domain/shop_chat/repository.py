"""Where the chosen chats are kept."""

from typing import Protocol

from orbit_domain.shop_chat.shop_chat import Purpose, ShopChat


class ShopChats(Protocol):
    """At most one chat for each purpose."""

    async def all(self) -> tuple[ShopChat, ...]:
        """Every chosen chat, by purpose."""

    async def get(self, purpose: Purpose) -> ShopChat | None:
        """The chat for *purpose*, if one was chosen."""

    async def lock(self, purpose: Purpose) -> ShopChat | None:
        """The same, held until the transaction ends."""

    async def put(self, chat: ShopChat) -> None:
        """Choose it in place of any other for its purpose."""

    async def remove(self, purpose: Purpose) -> None:
        """None is chosen for *purpose* any more."""
