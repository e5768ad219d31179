"""An aiogram session that calls the simulated Telegram without sockets, for fast tests."""

import json
from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram.client.bot import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from orbit_sandbox.telegram.params import Params, Upload
from orbit_sandbox.telegram.refusals import BotApiRefusal
from orbit_sandbox.telegram.sim_telegram import SimTelegram


class InProcessSession(BaseSession):
    """`Bot(token, session=InProcessSession(telegram))` calls *telegram* with the same values as over HTTP.

    aiogram turns refusals into its own exceptions, as it does over HTTP.
    """

    def __init__(self, telegram: SimTelegram) -> None:
        super().__init__()
        self.telegram = telegram

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Perform *method*. Nothing waits for a network, so *timeout* is never reached."""
        files: dict[str, InputFile] = {}
        values: dict[str, Any] = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                values[name] = prepared
        uploads = {key: Upload(file.filename or key, await _bytes(file, bot)) for key, file in files.items()}
        status, body = 200, dict[str, Any]()
        try:
            if bot.token != self.telegram.token:
                raise BotApiRefusal(401, "Unauthorized")
            body = {"ok": True, "result": await self.telegram.call(method.__api_method__, Params(values, uploads))}
        except BotApiRefusal as refusal:
            status, body = refusal.code, refusal.body()
        response = self.check_response(bot=bot, method=method, status_code=status, content=json.dumps(body))
        return cast(TelegramType, response.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a file; *url* is what `Bot.download_file` makes of its path."""
        stored = self.telegram.files.at_path(url.partition(f"/bot{self.telegram.token}/")[2])
        if stored is None:
            raise FileNotFoundError(url)
        yield stored.data

    async def close(self) -> None:
        """Nothing is open."""


async def _bytes(file: InputFile, bot: Bot) -> bytes:
    return b"".join([chunk async for chunk in file.read(bot)])
