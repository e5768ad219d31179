"""Notices in the chats of the staff: groups, their topics, and a topic of each customer who writes."""

from datetime import timedelta

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)

from orbit_adapters.telegram.calls import ShownMessage
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.people import short_name
from orbit_adapters.telegram.places import for_group
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.show import send
from orbit_domain.ids import CaseId
from orbit_domain.notice.notice import InvoiceChanged, Notice
from orbit_domain.notice.ports import NotifierError, RetryLater
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.notice.shop_chat_ports import ChatLost, ChatMoved
from orbit_domain.shop_chat.shop_chat import ShopChat
from orbit_domain.storage import StorageError
from orbit_domain.use_cases.record_case_post import RecordCasePost, RecordCaseTopic

_NO_THREAD = ("message thread not found", "TOPIC_DELETED", "TOPIC_CLOSED", "TOPIC_ID_INVALID")
_LOST = (*_NO_THREAD, "chat not found", "not enough rights", "no rights to send", "CHAT_WRITE_FORBIDDEN", "deactivated")
_NAME_CHARS = 60
_SOON = timedelta(seconds=30)


class TelegramShopChats:
    """The port `ShopChatNotifier` over the Bot API. It shares the pace of *notifier*, which writes to people.

    Telegram allows twenty messages a minute into a group. A group that has to wait holds up nobody: its message is
    retried later, by the outbox. A customer's topic is recorded before it is used, and the message that shows a case
    after it was sent: a crash in between makes a second topic, or a message that can't be replied to.
    """

    def __init__(
        self, notifier: TelegramNotifier, record_case_post: RecordCasePost, record_case_topic: RecordCaseTopic
    ) -> None:
        self.notifier = notifier
        self.record_case_post = record_case_post
        self.record_case_topic = record_case_topic

    async def post(self, chat: ShopChat, language: str, notice: Notice) -> None:
        """Send *notice*. Raises ChatLost, ChatMoved and RetryLater."""
        if isinstance(notice, InvoiceChanged):
            return  # It is of a customer's own chat.
        chat_id = chat.place.chat_id
        pause = self.notifier.send_rate_limiter.remaining_pause(chat_id)
        if pause > timedelta(0):
            raise RetryLater(pause, "Telegram: this chat is paused")
        screen = self.notifier.rendered(notice, language)
        try:
            await self._post(chat, screen, notice, Translator(language))
        except AiogramError as error:
            raise self._error_for(chat_id, error) from error
        except StorageError as error:
            raise RetryLater(_SOON, f"the case can't be recorded: {type(error).__name__}") from error

    async def _post(self, chat: ShopChat, screen: Screen, notice: Notice, translate: Translator) -> None:
        if chat.is_private:
            await self._send(chat.place.chat_id, screen, None)
            return
        me = await self.notifier.bot.me()
        screen = for_group(screen, me.username or "")
        if not isinstance(notice, CustomerWrote) or notice.case_id is None:
            await self._send(chat.place.chat_id, screen, chat.place.thread_id)
            return
        screen = Screen(Html(f"{screen.text}\n\n{translate('question-reply')}"), screen.rows)
        sent = await self._in_own_topic(chat, screen, notice)
        await self.record_case_post(CaseId(notice.case_id), chat.place.chat_id, sent.message_id)

    async def _in_own_topic(self, chat: ShopChat, screen: Screen, notice: CustomerWrote) -> ShownMessage:
        """In the customer's topic, which may have been deleted; in the chosen one where the bot makes no topics."""
        place = chat.place
        if not place.is_forum:
            return await self._send(place.chat_id, screen, place.thread_id)
        if notice.topic_id is not None and notice.topic_chat_id == place.chat_id:
            try:
                return await self._send(place.chat_id, screen, notice.topic_id)
            except TelegramBadRequest as error:
                if not _says(error, _NO_THREAD):
                    raise
        return await self._send(place.chat_id, screen, await self._new_topic(chat, notice))

    async def _new_topic(self, chat: ShopChat, notice: CustomerWrote) -> int | None:
        name = f"{short_name(notice.tg_id, notice.username)} · {notice.tg_id}"[:_NAME_CHARS]
        try:
            topic = await self.notifier.bot.create_forum_topic(chat.place.chat_id, name)
        except TelegramBadRequest:
            return chat.place.thread_id  # The bot isn't allowed to: all cases share the chosen topic.
        if notice.case_id is not None:
            await self.record_case_topic(CaseId(notice.case_id), chat.place.chat_id, topic.message_thread_id)
        return topic.message_thread_id

    async def _send(self, chat_id: int, screen: Screen, thread_id: int | None) -> ShownMessage:
        await self.notifier.send_rate_limiter.acquire(chat_id)
        return await send(self.notifier.bot, chat_id, screen, thread_id)

    def _error_for(self, chat_id: int, error: AiogramError) -> NotifierError:
        match error:
            case TelegramMigrateToChat():
                return ChatMoved(error.migrate_to_chat_id)
            case TelegramRetryAfter():
                return self.notifier.error_for(chat_id, error)
            case TelegramForbiddenError():
                return ChatLost(error.message)
            case TelegramBadRequest() if _says(error, _LOST):
                return ChatLost(error.message)
            case _:
                return self.notifier.error_for(chat_id, error)


def _says(error: TelegramBadRequest, texts: tuple[str, ...]) -> bool:
    return any(text.lower() in error.message.lower() for text in texts)
