"""A Bot API without a network: it answers every call at once, as Telegram would."""

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from orbit_adapters.telegram.calls import ShowCall, ShownMessage

_SINCE = 1_760_000_000


class QuietSession(BaseSession):
    """An aiogram session without a network. Messages that are shown have an id; everything else is answered by True."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Answer *method*."""
        self.calls += 1
        if isinstance(method, ShowCall):
            return cast(TelegramType, ShownMessage(message_id=self.calls))
        return cast(TelegramType, True)

    async def stream_content(self, *arguments: object, **options: object) -> AsyncGenerator[bytes, None]:
        """There are no files here."""
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


def start(number: int, tg_id: int) -> dict[str, Any]:
    """The update of a /start."""
    return {"update_id": number, "message": _message(number, tg_id, "/start")}


def tap(number: int, tg_id: int, data: str) -> dict[str, Any]:
    """The update of a tap on a button that carries *data*."""
    query = {"id": str(number), "from": _person(tg_id), "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": {**query, "message": _message(number, tg_id, "Orbit")}}


def _message(number: int, tg_id: int, text: str) -> dict[str, Any]:
    chat = {"id": tg_id, "type": "private", "first_name": "Vera"}
    return {"message_id": number + 1, "date": _SINCE, "chat": chat, "from": _person(tg_id), "text": text}


def _person(tg_id: int) -> dict[str, Any]:
    return {"id": tg_id, "is_bot": False, "first_name": "Vera", "username": f"user_{tg_id}", "language_code": "ru"}
