"""The bot's connection to the Bot API, and the commands that Telegram lists beside the text field."""

import ssl
import time
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

import certifi
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BotCommand, InputFile
from aiohttp import ClientConnectionResetError, FormData
from pydantic import ValidationError
from pydantic_core import to_json

from orbit_adapters.telegram.calls import ShowCall
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.tracing.spans import SpanKind, is_collecting, record
from orbit_domain.user.user import LANGUAGES
from orbit_entry.bot.keep_alive_client import KeepAliveClient

COMMANDS = ("start", "buy", "connect", "balance", "help", "language", "paysupport")
_DEFAULT_LANGUAGE = "en"


def telegram_bot(token: str, api_url: str) -> Bot:
    """A bot with HTML as its parse mode, connected to the Bot API at *api_url*."""
    session = JsonSession(api=TelegramAPIServer.from_base(api_url))
    session.middleware(ResendUnwritten())
    if is_collecting():
        session.middleware(CallSpans())
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


class JsonSession(AiohttpSession):
    """aiogram's session, whose calls travel as one JSON body over connections of our own; uploads go aiogram's way.

    The values are those that aiogram would put into a form, the errors are aiogram's.
    """

    def __init__(self, api: TelegramAPIServer) -> None:
        super().__init__(api=api)
        self._answers: dict[Any, type[Response[Any]]] = {}
        self._paths: dict[tuple[str, str], str] = {}
        self._client = KeepAliveClient(urlsplit(api.base), ssl.create_default_context(cafile=certifi.where()))

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """What *method* returns. Raises TelegramAPIError."""
        values, files = self._values(bot, method)
        if files:
            return await super().make_request(bot, method, timeout)
        try:
            limit_s = self.timeout if timeout is None else timeout
            answer = await self._client.post(self._path(bot, method), to_json(values), limit_s)
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except OSError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        response = self.check_response(bot, method, answer.status, answer.body.decode(errors="replace"))
        return cast(TelegramType, response.result)

    async def close(self) -> None:
        """Close all connections."""
        self._client.close()
        await super().close()

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        """The body of a call with files."""
        values, files = self._values(bot, method)
        form = FormData(quote_fields=False)
        for name, value in values.items():
            form.add_field(name, value)
        for name, file in files.items():
            form.add_field(name, file.read(bot), filename=file.filename or name)
        return form

    def _values(self, bot: Bot, method: TelegramMethod[TelegramType]) -> tuple[dict[str, Any], dict[str, InputFile]]:
        """The values of *method*, and its files. Telegram takes values as text in JSON as well as in a form."""
        files: dict[str, InputFile] = {}
        values: dict[str, Any] = {}
        given = method.values() if isinstance(method, ShowCall) else method.model_dump(warnings=False)
        for name, value in given.items():
            # Most are text and numbers, which need none of aiogram's questions.
            prepared: Any
            if type(value) is str:
                prepared = value
            elif type(value) is int:
                prepared = str(value)
            else:
                prepared = None if value is None else self.prepare_value(value, bot=bot, files=files)
            if prepared:
                values[name] = prepared
        return values, files

    def _path(self, bot: Bot, method: TelegramMethod[TelegramType]) -> str:
        key = (bot.token, method.__api_method__)
        path = self._paths.get(key)
        if path is None:
            path = self._paths[key] = urlsplit(self.api.api_url(*key)).path
        return path

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """What aiogram makes of an answer. A whole success is read from its text, without what nobody asks for."""
        if HTTPStatus.OK <= status_code <= HTTPStatus.IM_USED:
            try:
                answer = self._answer_of(method).model_validate_json(content, context={"bot": bot})
            except ValidationError:  # aiogram says what is wrong.
                answer = None
            if answer is not None and answer.ok:
                return answer
        return super().check_response(bot, method, status_code, content)

    def _answer_of(self, method: TelegramMethod[TelegramType]) -> type[Response[TelegramType]]:
        """pydantic keeps such a class only while it is in use, and takes milliseconds to make it again."""
        returned = method.__returning__
        if returned not in self._answers:
            self._answers[returned] = Response[returned]  # type: ignore[valid-type]
        return self._answers[returned]


class ResendUnwritten(BaseRequestMiddleware):
    """Sends a call again, once, when its connection closed before the call was written.

    That is no retry of a call whose outcome is unknown: a request without its body was never a request.
    """

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Pass *method* on. Raises TelegramAPIError."""
        try:
            return await make_request(bot, method)
        except TelegramNetworkError as error:
            if not _was_unwritten(error):
                raise
        return await make_request(bot, method)


class CallSpans(BaseRequestMiddleware):
    """A span for each call. It names the method of the Bot API; the address holds the token."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Pass *method* on. Raises TelegramAPIError."""
        started_ns, error = time.time_ns(), "cancelled"
        try:
            response = await make_request(bot, method)
            error = ""
        except Exception as failure:
            error = type(failure).__name__
            raise
        finally:
            record(SpanKind.HTTP, method.__api_method__, started_ns, {"server.address": "the Bot API"}, error)
        return response


def _was_unwritten(error: TelegramNetworkError) -> bool:
    """Whether aiohttp found the connection closed while it wrote the request; aiogram and aiohttp wrap that error."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ClientConnectionResetError):
        cause = cause.__cause__
    return cause is not None


async def publish_commands(bot: Bot) -> None:
    """Publish the commands in every language; users of other languages get English. Raises TelegramAPIError."""
    await bot.set_my_commands(_commands(_DEFAULT_LANGUAGE))
    for language in LANGUAGES:
        await bot.set_my_commands(_commands(language), language_code=language)


def _commands(language: str) -> list[BotCommand]:
    translate = Translator(language)
    return [BotCommand(command=name, description=translate.label(f"command-{name}")) for name in COMMANDS]
