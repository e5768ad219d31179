"""The sender of notices to the chats of the staff."""

from dataclasses import dataclass
from typing import Protocol

from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import NotifierError
from orbit_domain.shop_chat.shop_chat import ShopChat


class ChatLost(NotifierError):
    """The chat is gone, or the bot may not write there any more."""


@dataclass(eq=False)
class ChatMoved(NotifierError):
    """The group has become a supergroup with this number."""

    chat_id: int


class ShopChatNotifier(Protocol):
    """Writes to a chosen chat, at least once, as `Notifier` does to a person."""

    async def post(self, chat: ShopChat, language: str, notice: Notice) -> None:
        """Send *notice* to *chat*. Raises ChatLost, ChatMoved and RetryLater."""
