"""Telegram's limits and refusals: a message that would fail there fails here."""

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import SendDice
from aiogram.types import (
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.botapi.test_botapi_messages import PNG


def one_key(**button: object) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton.model_validate({"text": "Key"} | button)]])


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<div>no</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("я <b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>crossed</b></i>", 'Unmatched end tag at byte offset 13, expected "</i>", found "</b>"'),
        ("lonely</b>", "Unexpected end tag at byte offset 6"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
        ("line<br>break", 'Unsupported start tag "br" at byte offset 4'),
    ],
)
async def test_bad_html_is_refused_as_telegram_does(bot: Bot, anna: Customer, html: str, words: str) -> None:
    """Unknown, crossed and unclosed tags are "can't parse entities", with the byte where it went wrong."""
    with pytest.raises(TelegramBadRequest, match="can't parse entities") as refusal:
        await bot.send_message(anna.id, html, parse_mode="HTML")
    assert words in refusal.value.message


async def test_all_known_tags_are_understood(bot: Bot, anna: Customer) -> None:
    """Each tag that Telegram documents becomes its entity; a link it cannot follow is only text."""
    html = (
        "<strong>1</strong><em>2</em><ins>3</ins><del>4</del><tg-spoiler>5</tg-spoiler>"
        '<span class="tg-spoiler">6</span><a href="https://example.org/?a=1&amp;b=2">7</a><pre>8</pre>'
        '<blockquote expandable>9</blockquote><a href="javascript:alert(1)">0</a>'
    )
    sent = await bot.send_message(anna.id, html, parse_mode="HTML")
    assert sent.entities is not None
    assert [entity.type for entity in sent.entities] == [
        *("bold", "italic", "underline", "strikethrough", "spoiler", "spoiler", "text_link", "pre"),
        "expandable_blockquote",
    ]
    assert sent.entities[6].url == "https://example.org/?a=1&b=2"


async def test_text_has_at_most_4096_units_after_parsing(bot: Bot, anna: Customer) -> None:
    """Tags don't count, characters beyond the basic plane count twice, white space at the ends is cut."""
    sent = await bot.send_message(anna.id, f"  <b>{'x' * 4096}</b>\n", parse_mode="HTML")
    assert sent.text == "x" * 4096
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(anna.id, "🎉" * 2049)


@pytest.mark.parametrize("text", [" ", "\n\n", "<b> </b>"])
async def test_empty_text_is_refused(bot: Bot, anna: Customer, text: str) -> None:
    """A message needs a visible character."""
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(anna.id, text, parse_mode="HTML")


async def test_a_caption_has_at_most_1024_units(bot: Bot, anna: Customer) -> None:
    """A caption is a quarter of a message."""
    await bot.send_photo(anna.id, BufferedInputFile(PNG, "a.png"), caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(anna.id, BufferedInputFile(PNG, "a.png"), caption="x" * 1025)


async def test_a_photo_must_be_a_picture(bot: Bot, anna: Customer) -> None:
    """Bytes that no decoder takes, no bytes at all, and unknown ids are refused."""
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(anna.id, BufferedInputFile(b"<svg/>", "a.svg"))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(anna.id, BufferedInputFile(b"", "empty"))
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_photo(anna.id, "AgACAgIAAxk")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"url": "ton://transfer/EQ"}, "Unsupported URL protocol"),
        ({"url": "javascript:alert(1)"}, "Unsupported URL protocol"),
        ({"url": "http://localhost/pay"}, "Wrong HTTP URL"),
        ({"url": "https://exa mple.org"}, "Wrong HTTP URL"),
        ({"url": "http://[1"}, "Wrong HTTP URL"),
        ({"copy_text": CopyTextButton(text="x" * 257)}, "BUTTON_COPY_TEXT_INVALID"),
        ({"switch_inline_query": "x"}, "doesn't know this kind of button: switch_inline_query"),
        ({"pay": True}, "BUTTON_TYPE_INVALID"),
        ({}, "Text buttons are unallowed"),
    ],
)
async def test_bad_buttons_are_refused(bot: Bot, anna: Customer, button: dict[str, object], words: str) -> None:
    """Callback data is 1 to 64 bytes, links are http, https or tg, and nothing is silently dropped."""
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_message(anna.id, "Choose", reply_markup=one_key(**button))
    assert words in refusal.value.message


async def test_the_longest_callback_data_fits(bot: Bot, anna: Customer) -> None:
    """64 bytes are allowed, and so are tg links."""
    assert await bot.send_message(anna.id, "Choose", reply_markup=one_key(callback_data="я" * 32))
    assert await bot.send_message(anna.id, "Choose", reply_markup=one_key(url="tg://user?id=1"))


async def test_too_many_buttons_are_refused(bot: Bot, anna: Customer) -> None:
    """A keyboard holds a hundred buttons."""
    rows = [[InlineKeyboardButton(text="k", callback_data=str(n))] for n in range(101)]
    with pytest.raises(TelegramBadRequest, match="REPLY_MARKUP_TOO_LONG"):
        await bot.send_message(anna.id, "Many", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def test_reply_keyboards_fail_loudly(bot: Bot, anna: Customer) -> None:
    """The page can't show a keyboard below the text field, so a bot that sends one gets an error."""
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Menu")]])
    with pytest.raises(TelegramBadRequest, match="inline keyboards only"):
        await bot.send_message(anna.id, "Menu", reply_markup=markup)


async def test_unknown_methods_fail_loudly(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A method without an emulation is 404 and is recorded by name."""
    with pytest.raises(TelegramNotFound):
        await bot(SendDice(chat_id=anna.id))
    assert telegram.unknown_methods == ["sendDice"]


async def test_a_wrong_token_is_unauthorized(base: str, wire: AiohttpSession) -> None:
    """401, as Telegram answers after a token was revoked."""
    with pytest.raises(TelegramUnauthorizedError):
        await Bot("424242:revoked", session=wire).get_me()
