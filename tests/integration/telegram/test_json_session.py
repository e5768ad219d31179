"""Our session beside aiogram's own, over HTTP: the same values arrive, and every answer means the same."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    AnswerCallbackQuery,
    AnswerPreCheckoutQuery,
    CreateInvoiceLink,
    SendMessage,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
    LinkPreviewOptions,
)
from aiohttp import web
from pydantic import BaseModel

from orbit_adapters.telegram.calls import EditKeyboard, EditPicture, EditText, SendPicture, SendText
from orbit_entry.bot.polling import GetRawUpdates
from orbit_entry.bot.telegram_bot import telegram_bot

TOKEN = "424242:secret"
CHAT = {"id": 7, "type": "private"}
MESSAGE = {"message_id": 3, "date": 1_760_000_000, "chat": CHAT, "text": "Готово"}


@dataclass
class Server:
    """Answers every call with the same status and body, and keeps what arrived."""

    status: int = 200
    body: str = ""
    kinds: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.Response:
        self.kinds.append(request.content_type)
        if request.content_type == "application/json":
            self.values, self.files = await request.json(), {}
        else:
            form = await request.post()
            self.values = {name: value for name, value in form.items() if isinstance(value, str)}
            self.files = {
                name: (value.filename, value.file.read())
                for name, value in form.items()
                if isinstance(value, web.FileField)
            }
        return web.Response(status=self.status, text=self.body, content_type="application/json")

    def answer(self, status: int, body: object) -> None:
        """Answer so from now on. A string is sent as it is."""
        self.status, self.body = status, body if isinstance(body, str) else json.dumps(body)


@dataclass(frozen=True)
class Sides:
    """A bot of ours and one of aiogram's, and the server that both call."""

    server: Server
    ours: Bot
    theirs: Bot


@pytest.fixture(scope="module")
async def sides() -> AsyncIterator[Sides]:
    server = Server()
    app = web.Application()
    app.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    url = f"http://{host}:{port}"
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    theirs = Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    ours = telegram_bot(TOKEN, url)
    yield Sides(server, ours, theirs)
    await ours.session.close()
    await theirs.session.close()
    await runner.cleanup()


async def outcome(bot: Bot, method: TelegramMethod[Any]) -> object:
    """What a caller gets: the result, or the error with all that it says."""
    try:
        result = await bot(method)
    except AiogramError as error:
        waits, chat = getattr(error, "retry_after", None), getattr(error, "migrate_to_chat_id", None)
        return type(error), getattr(error, "message", None), waits, chat
    return result.model_dump() if isinstance(result, BaseModel) else result


def refusal(code: int, description: str, **parameters: int) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, body | ({"parameters": parameters} if parameters else {})


ANSWERS = {
    "flood": refusal(429, "Too Many Requests: retry after 37", retry_after=37),
    "flood without a pause": refusal(429, "Too Many Requests"),
    "group became a supergroup": refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001),
    "bad request": refusal(400, "Bad Request: message is not modified"),
    "wrong token": refusal(401, "Unauthorized"),
    "blocked": refusal(403, "Forbidden: bot was blocked by the user"),
    "not found": refusal(404, "Not Found"),
    "another poller": refusal(409, "Conflict: terminated by other getUpdates request"),
    "too large": refusal(413, "Request Entity Too Large"),
    "server": refusal(500, "Internal Server Error"),
    "restart": refusal(502, "Bad Gateway: restart"),
    "another status": refusal(418, "I'm a teapot"),
    "a refusal with a status of success": (200, refusal(400, "Bad Request: odd")[1]),
    "a success with a status of failure": (500, {"ok": True, "description": "odd", "result": MESSAGE}),
    "a gateway's page": (502, "<html>Bad Gateway</html>"),
    "a page as a success": (200, "<html>Maintenance</html>"),
    "nothing": (200, ""),
    "half an answer": (200, '{"ok":true,"result":{"message'),
    "a list": (200, []),
    "no verdict": (200, {"result": MESSAGE}),
    "no result": (200, {"ok": True}),
    "no message id": (200, {"ok": True, "result": {"date": 1, "chat": CHAT}}),
    "a message id of letters": (200, {"ok": True, "result": MESSAGE | {"message_id": "x"}}),
    "half of an emoji": (200, {"ok": True, "result": MESSAGE | {"text": "\ud83d"}}),
    "a message": (200, {"ok": True, "result": MESSAGE}),
    "a created message": (201, {"ok": True, "result": MESSAGE}),
    "yes": (200, {"ok": True, "result": True}),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_every_answer_means_what_aiogram_makes_of_it(sides: Sides, name: str) -> None:
    """The same result, or the same error with the same words, whatever Telegram or something before it answers."""
    sides.server.answer(*ANSWERS[name])
    for method in (
        SendMessage(chat_id=7, text="x"),
        SendText(chat_id=7, text="x"),
        AnswerCallbackQuery(callback_query_id="1"),
        GetRawUpdates(),
    ):
        assert await outcome(sides.ours, method) == await outcome(sides.theirs, method)


async def test_a_message_without_its_id_was_not_shown(sides: Sides) -> None:
    """An answer that doesn't name the message is an error, and one that does gives its id."""
    method = SendText(chat_id=7, text="x")
    sides.server.answer(200, {"ok": True, "result": MESSAGE})
    assert (await sides.ours(method)).message_id == MESSAGE["message_id"]
    sides.server.answer(200, {"ok": True, "result": {"date": 1, "chat": CHAT}})
    with pytest.raises(AiogramError):
        await sides.ours(method)


KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Купить 🎉", callback_data="buy:1")]])
CALLS: list[TelegramMethod[Any]] = [
    SendMessage(
        chat_id=-7, text='"Привет"\n\\ 🎉', reply_markup=KEYBOARD,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    ),
    SendMessage(chat_id=7, text="<b>", parse_mode=None, message_thread_id=0, disable_notification=False),
    SendText(chat_id=7, text="<b>x</b>", reply_markup='{"inline_keyboard":[]}', disable_notification=True),
    EditText(chat_id=7, message_id=3, text="x"),
    EditKeyboard(chat_id=7, message_id=3),
    SendPicture(chat_id=7, photo="AgACAgIAAxk", caption=""),
    EditPicture(chat_id=7, message_id=3, media={"type": "photo", "media": "AgACAgIAAxk", "caption": "Я"}),
    AnswerCallbackQuery(callback_query_id="1", text=None, show_alert=False),
    AnswerPreCheckoutQuery(pre_checkout_query_id="1", ok=False, error_message="Нет"),
    SetMyCommands(commands=[BotCommand(command="start", description="Главная")], language_code="ru"),
    SetWebhook(url="https://shop.example.org/telegram", allowed_updates=["message"], secret_token="s"),
    CreateInvoiceLink(
        title="1 месяц", description="x", payload="p", currency="XTR", provider_token="",
        prices=[LabeledPrice(label="1 месяц", amount=150)], subscription_period=2_592_000,
    ),
    GetRawUpdates(offset=12),
]  # fmt: skip


@pytest.mark.parametrize("method", CALLS, ids=lambda one: one.__api_method__)
async def test_the_values_are_those_of_the_form(sides: Sides, method: TelegramMethod[Any]) -> None:
    """What Telegram reads from the JSON body is what it read from aiogram's form, name by name."""
    sides.server.answer(200, {"ok": True, "result": None})
    await sides.theirs(method)
    in_form = sides.server.values
    await sides.ours(method)
    assert sides.server.kinds[-1] == "application/json"
    assert sides.server.values == in_form


async def test_a_file_travels_beside_the_values(sides: Sides) -> None:
    """A picture that is sent, and one that replaces another, arrive whole, each where the call names it."""
    sides.server.answer(200, {"ok": True, "result": MESSAGE})
    picture, server = BufferedInputFile(b"\x89PNG\r\n", filename="qr.png"), sides.server
    media = {"type": "photo", "media": picture, "caption": "Я"}
    await sides.ours(SendPicture(chat_id=7, photo=picture, caption="Я", reply_markup="{}"))
    (sent,) = server.files
    assert server.values == {
        "chat_id": "7", "photo": f"attach://{sent}", "caption": "Я", "parse_mode": "HTML", "reply_markup": "{}"
    }  # fmt: skip
    assert server.files[sent] == ("qr.png", b"\x89PNG\r\n")
    await sides.ours(EditPicture(chat_id=7, message_id=3, media=media))
    (edited,) = server.files
    assert json.loads(server.values["media"]) == media | {"media": f"attach://{edited}"}
    assert server.files[edited] == ("qr.png", b"\x89PNG\r\n")
    assert server.kinds[-2:] == ["multipart/form-data"] * 2
