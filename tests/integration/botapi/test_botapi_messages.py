"""What a bot sends and changes, through aiogram's own session over real HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    TelegramObject,
)

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (400).to_bytes(4) + (300).to_bytes(4) + b"rest"
KEYS = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Buy", callback_data="buy:1")],
        [
            InlineKeyboardButton(text="Wallet", url="https://wallet.example.org/pay"),
            InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="comment 42")),
        ],
    ]
)


def plain(*values: TelegramObject | None) -> list[dict[str, object]]:
    """The fields of aiogram's objects, without the bot that some of them are bound to."""
    return [value.model_dump(exclude_none=True) for value in values if value is not None]


def picture(data: bytes = PNG) -> BufferedInputFile:
    return BufferedInputFile(data, "qr.png")


async def test_the_bot_knows_who_it_is(bot: Bot) -> None:
    """getMe returns the id of the token and the chosen username."""
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (424242, "orbit_sandbox_bot", True)


async def test_html_arrives_as_text_and_entities(bot: Bot, anna: Customer) -> None:
    """Formatting becomes entities that count UTF-16 units, references become characters."""
    sent = await bot.send_message(anna.id, "🎉 <b>Paid &amp; <i>done</i></b> <code>a&lt;b</code>", parse_mode="HTML")
    assert sent.text == "🎉 Paid & done a<b"
    assert sent.entities is not None
    assert plain(*sent.entities) == plain(
        MessageEntity(type="bold", offset=3, length=11),
        MessageEntity(type="italic", offset=10, length=4),
        MessageEntity(type="code", offset=15, length=3),
    )
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert sent.chat.type == "private"
    assert sent.chat.first_name == "Анна"


async def test_given_entities_are_kept(bot: Bot, anna: Customer) -> None:
    """A bot may send entities of its own instead of HTML."""
    bold = MessageEntity(type="bold", offset=0, length=2)
    sent = await bot.send_message(anna.id, "Hi there", entities=[bold], parse_mode=None)
    assert plain(*sent.entities or []) == plain(bold)


async def test_an_inline_keyboard_comes_back_whole(bot: Bot, anna: Customer) -> None:
    """Callback, link and copy buttons survive the way there and back."""
    sent = await bot.send_message(anna.id, "Choose", reply_markup=KEYS)
    assert plain(sent.reply_markup) == plain(KEYS)


async def test_message_ids_grow_in_each_chat(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Every chat counts its own messages, and a deleted id is never used again."""
    boris = telegram.add_customer("Борис")
    first = telegram.press_start(boris.id)
    second = await bot.send_message(boris.id, "Hello")
    await bot.delete_message(boris.id, second.message_id)
    third = await bot.send_message(boris.id, "Again")
    assert (first.id, second.message_id, third.message_id) == (1, 2, 3)
    assert list(telegram.chats[boris.id].messages) == [1, 3]


async def test_a_picture_is_kept_and_can_be_downloaded(bot: Bot, anna: Customer) -> None:
    """An uploaded photo has an id, a size and a path from which its very bytes come back."""
    sent = await bot.send_photo(anna.id, picture(), caption="<b>QR</b>", parse_mode="HTML", reply_markup=KEYS)
    assert sent.photo is not None
    assert sent.caption == "QR"
    assert (sent.photo[0].width, sent.photo[0].height) == (400, 300)
    file = await bot.get_file(sent.photo[0].file_id)
    assert file.file_path is not None
    content = await bot.download_file(file.file_path)
    assert content is not None
    assert content.read() == PNG


async def test_a_file_id_can_be_sent_again(bot: Bot, anna: Customer) -> None:
    """A picture that Telegram already has needs no second upload."""
    first = await bot.send_photo(anna.id, picture())
    assert first.photo is not None
    second = await bot.send_photo(anna.id, first.photo[0].file_id)
    assert second.photo == first.photo


async def test_a_document_keeps_its_name(bot: Bot, anna: Customer) -> None:
    """A document has the name it was sent under and any content."""
    sent = await bot.send_document(anna.id, BufferedInputFile(b"PGDMP", "backup.age"), caption="Nightly")
    assert sent.document is not None
    assert sent.document.file_name == "backup.age"
    assert sent.document.file_size == 5


async def test_edits_replace_text_and_keyboard(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """An edit keeps the id, marks the message as edited, and drops a keyboard that isn't sent again."""
    sent = await bot.send_message(anna.id, "One", reply_markup=KEYS)
    edited = await bot.edit_message_text("Two", chat_id=anna.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.message_id, edited.text, edited.reply_markup) == (sent.message_id, "Two", None)
    assert telegram.chats[anna.id].messages[sent.message_id].edited_at is not None


async def test_captions_keyboards_and_media_can_be_edited(bot: Bot, anna: Customer) -> None:
    """The caption, the keyboard and the picture itself can each be changed in place."""
    sent = await bot.send_photo(anna.id, picture(), caption="Old")
    where: dict[str, Any] = {"chat_id": anna.id, "message_id": sent.message_id}
    worded = await bot.edit_message_caption(caption="New", **where)
    keyed = await bot.edit_message_reply_markup(reply_markup=KEYS, **where)
    swapped = await bot.edit_message_media(InputMediaPhoto(media=picture(PNG + b"2"), caption="Third"), **where)
    filed = await bot.edit_message_media(InputMediaDocument(media=BufferedInputFile(b"x", "x.txt")), **where)
    assert not isinstance(worded, bool)
    assert worded.caption == "New"
    assert not isinstance(keyed, bool)
    assert keyed.caption == "New"
    assert plain(keyed.reply_markup) == plain(KEYS)
    assert not isinstance(swapped, bool)
    assert swapped.caption == "Third"
    assert swapped.reply_markup is None
    assert not isinstance(filed, bool)
    assert filed.photo is None
    assert filed.document is not None


async def test_a_text_message_can_become_a_picture_but_not_back(bot: Bot, anna: Customer) -> None:
    """editMessageMedia works on text, editMessageText refuses a picture: the home message must be sent anew."""
    sent = await bot.send_message(anna.id, "Text")
    where: dict[str, Any] = {"chat_id": anna.id, "message_id": sent.message_id}
    await bot.edit_message_media(InputMediaPhoto(media=picture()), **where)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("Text", **where)


async def test_the_same_edit_is_refused(bot: Bot, anna: Customer) -> None:
    """Editing to what is already there is "message is not modified", for every kind of edit."""
    sent = await bot.send_message(anna.id, "<b>Same</b>", parse_mode="HTML", reply_markup=KEYS)
    where: dict[str, Any] = {"chat_id": anna.id, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("<b>Same</b>", parse_mode="HTML", reply_markup=KEYS, **where)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(reply_markup=KEYS, **where)


async def test_unknown_messages_cannot_be_edited_or_deleted(bot: Bot, anna: Customer) -> None:
    """Unknown message ids have their own two refusals."""
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("?", chat_id=anna.id, message_id=99)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(anna.id, 99)


async def test_other_peoples_messages_cannot_be_edited(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A bot edits only what it wrote."""
    said = telegram.say(anna.id, "mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("yours", chat_id=anna.id, message_id=said.id)


async def test_old_messages_cannot_be_deleted(bot: Bot, clock: SandboxClock, anna: Customer) -> None:
    """After 48 hours a message stays."""
    sent = await bot.send_message(anna.id, "Old")
    clock.advance(timedelta(hours=49))
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_many_messages_are_deleted_at_once(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """deleteMessages skips unknown ids."""
    ids = [(await bot.send_message(anna.id, str(n))).message_id for n in range(3)]
    assert await bot.delete_messages(anna.id, [*ids[:2], 999])
    assert ids[2] in telegram.chats[anna.id].messages
    assert ids[0] not in telegram.chats[anna.id].messages


async def test_a_copy_has_the_same_content(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A broadcast by copyMessage carries words and picture, with its own keyboard."""
    boris = telegram.add_customer("Boris")
    telegram.press_start(boris.id)
    source = await bot.send_photo(anna.id, picture(), caption="News")
    copy = await bot.copy_message(boris.id, anna.id, source.message_id, reply_markup=KEYS)
    copied = telegram.chats[boris.id].messages[copy.message_id].content
    original = telegram.chats[anna.id].messages[source.message_id].content
    assert (copied.words, copied.photo) == (original.words, original.photo)
    assert copied.keyboard
    assert not original.keyboard


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("block", "bot was blocked by the user"),
        ("deactivate", "user is deactivated"),
    ],
)
async def test_people_who_left_cannot_be_written_to(
    bot: Bot, telegram: SimTelegram, anna: Customer, before: str, words: str
) -> None:
    """Blocked and deleted accounts are 403, each with its own words."""
    getattr(telegram, before)(anna.id)
    with pytest.raises(TelegramForbiddenError, match=words):
        await bot.send_message(anna.id, "Hello?")


async def test_a_bot_cannot_speak_first(bot: Bot, telegram: SimTelegram) -> None:
    """Until a customer has written, the bot may not; strangers are unknown altogether."""
    shy = telegram.add_customer("Shy")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(shy.id, "Buy!")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "Buy!")


async def test_groups_have_topics_and_can_be_left(bot: Bot, telegram: SimTelegram) -> None:
    """Owners' chats: a topic must exist, a bot that was removed is refused."""
    forum = telegram.add_chat("supergroup", "Shop events", threads=frozenset({5}))
    sent = await bot.send_message(forum.id, "Sold", message_thread_id=5)
    assert sent.message_thread_id == 5
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.id, "Sold", message_thread_id=6)
    forum.left = True
    with pytest.raises(TelegramForbiddenError, match="bot was kicked"):
        await bot.send_message(forum.id, "Sold")


async def test_chats_can_be_read(bot: Bot, anna: Customer) -> None:
    """getChat finds a chat by id and by name."""
    by_id = await bot.get_chat(anna.id)
    by_name = await bot.get_chat("@Anna")
    assert by_id.id == by_name.id == anna.id


async def test_typing_shows_until_the_next_message(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """sendChatAction is recorded, and the next message ends it."""
    assert await bot.send_chat_action(anna.id, "typing")
    assert anna.id in telegram.typing
    await bot.send_message(anna.id, "Here")
    assert anna.id not in telegram.typing


async def test_commands_are_kept_by_scope_and_language(bot: Bot, anna: Customer) -> None:
    """A menu is set, read and deleted for one scope and one language without touching others."""
    ru, admin = (
        [BotCommand(command="start", description="Начать")],
        [BotCommand(command="stats", description="Figures")],
    )
    scope = BotCommandScopeChat(chat_id=anna.id)
    await bot.set_my_commands(ru, language_code="ru")
    await bot.set_my_commands(admin, scope=scope)
    assert plain(*await bot.get_my_commands(language_code="ru")) == plain(*ru)
    assert plain(*await bot.get_my_commands(scope=scope)) == plain(*admin)
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == []


async def test_the_bot_can_describe_itself(bot: Bot, telegram: SimTelegram) -> None:
    """A name is shown from then on; too long a description is refused."""
    await bot.set_my_name("Orbit VPN")
    await bot.set_my_short_description("Fast", language_code="en")
    assert (await bot.get_me()).first_name == "Orbit VPN"
    with pytest.raises(TelegramBadRequest, match="too long"):
        await bot.set_my_description("x" * 513)
