"""The chats of the staff without Telegram: what was posted is stored, and fails when a test says so."""

from dataclasses import dataclass

from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import NotifierError
from orbit_domain.shop_chat.shop_chat import Place, ShopChat


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """One notice that was posted."""

    place: Place
    language: str
    notice: Notice


class MemoryShopChatNotifier:
    """The port `ShopChatNotifier` in memory. `posted` holds every notice, in order."""

    def __init__(self) -> None:
        self.posted: list[PostedNotice] = []
        self.error: NotifierError | None = None

    async def post(self, chat: ShopChat, language: str, notice: Notice) -> None:
        """Store the notice, or raise the error that was set."""
        if self.error is not None:
            raise self.error
        self.posted.append(PostedNotice(chat.place, language, notice))
