"""Hostile input of a caller or a customer: the simulated Telegram refuses it as Telegram does."""

import json

import httpx
import pytest
from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.entities import Formatted, as_html, units
from orbit_sandbox.telegram.html_parser import parse_html
from orbit_sandbox.telegram.methods.table import METHODS
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.refusals import BotApiRefusal
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.botapi.conftest import TOKEN

PIECES = [
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href='https://e.org'>",
    "</a>",
    "</",
    "<",
    ">",
    "&lt;",
    "&",
    "🎉",
    "я",
    " ",
    '"',
]
NAMES = [
    "chat_id",
    "text",
    "parse_mode",
    "message_id",
    "reply_markup",
    "media",
    "commands",
    "prices",
    "offset",
    "limit",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (json.dumps({"chat_id": "\ud800", "text": "x"}).encode(), "application/json"),
        (json.dumps({"chat_id": {"a": 1}, "text": []}).encode(), "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"no boundary", "multipart/form-data"),
        (b"chat_id=%FF&text=%00", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
)
async def test_malformed_bodies_are_refused(base: str, body: bytes, kind: str) -> None:
    """Malformed JSON, forms and texts are a 400 with `ok: false`, never a 500."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{base}/bot{TOKEN}/sendMessage", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["ok"] is False


async def test_json_and_query_calls_work_too(base: str, anna: Customer) -> None:
    """The API takes JSON bodies and query strings, not only aiogram's forms; names may be in any case."""
    async with httpx.AsyncClient() as client:
        posted = await client.post(f"{base}/bot{TOKEN}/SENDMESSAGE", json={"chat_id": anna.id, "text": "hi"})
        asked = await client.get(f"{base}/bot{TOKEN}/getChat", params={"chat_id": anna.id})
    assert posted.json()["result"]["text"] == "hi"
    assert asked.json()["result"]["id"] == anna.id


async def test_files_need_the_token(base: str, telegram: SimTelegram) -> None:
    """A file is served neither under a wrong token nor under an unknown path."""
    async with httpx.AsyncClient() as client:
        wrong = await client.get(f"{base}/file/bot1:x/photos/file_1.png")
        missing = await client.get(f"{base}/file/bot{TOKEN}/../../etc/passwd")
    assert (wrong.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 2**62, "message": {"message_id": 1}},
        {"update_id": "seven"},
        {"message": None},
        {"callback_query": {"id": "1", "data": "\ud800\x00" * 100}},
        {},
    ],
)
async def test_raw_updates_arrive_as_they_are(base: str, telegram: SimTelegram, raw: dict[str, object]) -> None:
    """A hostile update is delivered unchanged, and so is the next one."""
    number = telegram.push_raw(raw)
    customer = telegram.add_customer("After")
    telegram.say(customer.id, "still here")
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{base}/bot{TOKEN}/getUpdates")
        hostile, healthy = answer.json()["result"]
        assert raw.items() <= hostile.items()
        assert healthy["message"]["text"] == "still here"
        after = await client.post(
            f"{base}/bot{TOKEN}/getUpdates", data={"offset": max(number, healthy["update_id"]) + 1}
        )
    assert after.json() == {"ok": True, "result": []}


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_any_html_is_read_or_refused(source: str) -> None:
    """The parser gives entities inside the text, or a refusal; its result is shown as balanced, escaped HTML."""
    try:
        read = parse_html(source).trimmed()
    except BotApiRefusal as refusal:
        read, code = Formatted(), refusal.code
    else:
        code = 400
    assert code == 400
    for entity in read.entities:
        assert 0 <= entity.offset < entity.offset + entity.length <= units(read.text)
    assert parse_html(as_html(read)).text.strip() == read.text


@given(st.sampled_from(sorted(METHODS)), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), json_values))
async def test_any_call_is_answered_or_refused(method: str, values: dict[str, object]) -> None:
    """No method crashes on parameters of any shape."""
    telegram = SimTelegram(SandboxClock(), TOKEN, "bot")
    telegram.press_start(telegram.add_customer("Anna").id)
    try:
        await telegram.call(method, Params(values | {"chat_id": values.get("chat_id") or 700_000_001}))
        code = 200
    except BotApiRefusal as refusal:
        code = refusal.code
    assert code in {200, 400, 403}


async def test_the_in_process_session_agrees_with_http(telegram: SimTelegram, bot: Bot, anna: Customer) -> None:
    """The in-process session gives the same results as HTTP."""
    from aiogram.types import BufferedInputFile

    from orbit_sandbox.telegram.session import InProcessSession
    from tests.integration.botapi.test_botapi_messages import KEYS, PNG, plain

    in_process = Bot(TOKEN, session=InProcessSession(telegram))
    for one in (bot, in_process):
        sent = await one.send_photo(anna.id, BufferedInputFile(PNG, "q.png"), caption="QR", reply_markup=KEYS)
        assert sent.photo is not None
        assert plain(sent.reply_markup) == plain(KEYS)
        content = await one.download(sent.photo[0].file_id)
        assert content is not None
        assert content.read() == PNG
