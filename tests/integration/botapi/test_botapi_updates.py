"""Actions of customers, and their updates by long polling."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import CallbackQuery, InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup, Message

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.refusals import NoSuchButton
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_sandbox.telegram.state import Tap
from tests.integration.botapi.conftest import until

BUY = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Buy", callback_data="buy:1")]])


async def test_what_a_customer_says_arrives_with_all_its_fields(
    bot: Bot, telegram: SimTelegram, anna: Customer
) -> None:
    """A message update names the sender with language and username, the chat and the command in it."""
    telegram.press_start(anna.id, "ref_abc")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.text == "/start ref_abc"
    assert update.message.from_user.language_code == "ru"
    assert update.message.from_user.username == "anna"
    assert update.message.entities is not None
    assert update.message.entities[0].type == "bot_command"
    assert update.message.chat.id == anna.id


async def test_a_name_without_username_or_language_is_possible(bot: Bot, telegram: SimTelegram) -> None:
    """Telegram guarantees neither a username nor a language."""
    plain = telegram.add_customer("<b>Eve</b>", language_code=None)
    telegram.say(plain.id, "hi")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.from_user is not None
    assert (update.message.from_user.username, update.message.from_user.language_code) == (None, None)


async def test_updates_stay_until_the_offset_passes_them(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """What isn't confirmed is delivered again; an offset confirms everything before it."""
    for text in "abc":
        telegram.say(anna.id, text)
    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    assert [u.update_id for u in first] == [u.update_id for u in again]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["c"]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == []


async def test_a_negative_offset_keeps_only_the_last(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Offset -1 forgets all but the newest update."""
    for text in "abc":
        telegram.say(anna.id, text)
    [last] = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "c"
    assert len(await bot.get_updates()) == 1


async def test_long_polling_wakes_when_something_happens(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A waiting poll returns with the next update, which comes from another thread than the server's."""
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await until(telegram, lambda: "getupdates" in telegram.calls)
    telegram.say(anna.id, "wake up")
    [update] = await poll
    assert update.message is not None
    assert update.message.text == "wake up"


async def test_two_pollers_conflict(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """The newer poll ends the older one with a 409 and gets the updates itself."""
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await until(telegram, lambda: "getupdates" in telegram.calls)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    telegram.say(anna.id, "for the second")
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    """One update source at a time: 409 until deleteWebhook."""
    await bot.set_webhook("https://shop.example.org/hook", secret_token="s3cret")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_only_wanted_kinds_are_queued(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """allowed_updates is stored from the last call that named it, and decides which updates are queued."""
    await bot.get_updates(allowed_updates=["callback_query"])
    telegram.say(anna.id, "ignored")
    assert await bot.get_updates() == []
    await bot.get_updates(allowed_updates=["message"])
    telegram.say(anna.id, "queued")
    assert len(await bot.get_updates()) == 1


async def test_updates_are_kept_for_a_day(bot: Bot, telegram: SimTelegram, clock: SandboxClock, anna: Customer) -> None:
    """A bot that was down for longer never gets the updates."""
    telegram.say(anna.id, "hello?")
    clock.advance(timedelta(hours=25))
    assert await bot.get_updates() == []


async def test_numbers_start_anew_after_a_quiet_week(
    bot: Bot, telegram: SimTelegram, clock: SandboxClock, anna: Customer
) -> None:
    """After a week of silence the next number is random, and an old offset neither loses nor repeats updates."""
    for _ in range(20):
        telegram.say(anna.id, "before")
        [before] = await bot.get_updates()
        old_offset = before.update_id + 1
        assert await bot.get_updates(offset=old_offset) == []
        clock.advance(timedelta(days=8))
        telegram.say(anna.id, "after")
        [after] = await bot.get_updates(offset=old_offset)
        assert after.message is not None
        assert after.message.text == "after"
        assert after.update_id != before.update_id + 1
        assert await bot.get_updates(offset=after.update_id + 1) == []


async def test_an_update_can_be_delivered_twice(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A duplicate has the same number, whether in one batch or after its confirmation."""
    telegram.updates.repeat_next = 1
    telegram.say(anna.id, "once")
    first, second = await bot.get_updates()
    assert first == second
    with telegram.lock:
        telegram.updates.repeat(first.model_dump(mode="json", by_alias=True, exclude_none=True))
    [third] = await bot.get_updates(offset=first.update_id + 1)
    assert third.update_id == first.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == []


async def test_a_batch_can_come_shuffled(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Out of order on demand: the same updates, another order, none missing."""
    telegram.updates.shuffled = True
    for n in range(20):
        telegram.say(anna.id, str(n))
    numbers = [update.update_id for update in await bot.get_updates()]
    assert numbers != sorted(numbers)
    assert len(set(numbers)) == 20


async def test_a_tap_is_answered_once(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A callback names message, chat instance and data; its answer is shown and a second one is refused."""
    sent = await bot.send_message(anna.id, "Choose", reply_markup=BUY)
    tap = telegram.tap(anna.id, sent.message_id, "Buy")
    assert isinstance(tap, Tap)
    [update] = await bot.get_updates()
    query = update.callback_query
    assert isinstance(query, CallbackQuery)
    assert isinstance(query.message, Message)
    assert (query.data, query.message.message_id, query.id) == ("buy:1", sent.message_id, tap.id)
    assert await bot.answer_callback_query(query.id, "Thanks", show_alert=True)
    assert [(toast.text, toast.alert) for toast in telegram.toasts] == [("Thanks", True)]
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)
    assert telegram.taps[tap.id].answers == 2


async def test_old_keyboards_still_work(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A client may show buttons of an older keyboard or a deleted message; an unknown button can't be tapped."""
    sent = await bot.send_message(anna.id, "Choose", reply_markup=BUY)
    await bot.edit_message_text("Chosen", chat_id=anna.id, message_id=sent.message_id)
    telegram.tap(anna.id, sent.message_id, "buy:1")
    await bot.delete_message(anna.id, sent.message_id)
    telegram.tap(anna.id, sent.message_id, "buy:1")
    edited, deleted = await bot.get_updates()
    assert edited.callback_query is not None
    assert isinstance(edited.callback_query.message, Message)
    assert deleted.callback_query is not None
    assert isinstance(deleted.callback_query.message, InaccessibleMessage)
    with pytest.raises(NoSuchButton):
        telegram.tap(anna.id, sent.message_id, "buy:2")


async def test_link_and_copy_buttons_send_no_update(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """Only callbacks reach the bot; the client handles links by itself."""
    link = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Open", url="https://example.org")]])
    sent = await bot.send_message(anna.id, "Look", reply_markup=link)
    key = telegram.tap(anna.id, sent.message_id, "Open")
    assert not isinstance(key, Tap)
    assert key.data == "https://example.org"
    assert await bot.get_updates() == []


async def test_edits_of_customers_arrive(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A corrected message gives an edited_message with the same id."""
    said = telegram.say(anna.id, "mesage")
    telegram.edit(anna.id, said.id, "message")
    _, update = await bot.get_updates()
    assert update.edited_message is not None
    assert (update.edited_message.message_id, update.edited_message.text) == (said.id, "message")


async def test_groups_and_channels_post_without_a_person(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """A channel post has no sender; an anonymous administrator is a bot that represents the group."""
    group, channel = telegram.add_chat("supergroup", "Team"), telegram.add_chat("channel", "News")
    telegram.say(anna.id, "hello all", chat_id=group.id)
    telegram.say_without_sender(group.id, "I am anonymous")
    post = telegram.say_without_sender(channel.id, "Big news")
    telegram.edit(channel.id, post.id, "Bigger news")
    person, anonymous, fresh, edited = await bot.get_updates()
    assert person.message is not None
    assert person.message.chat.type == "supergroup"
    assert anonymous.message is not None
    assert anonymous.message.sender_chat is not None
    assert fresh.channel_post is not None
    assert fresh.channel_post.from_user is None
    assert edited.edited_channel_post is not None


async def test_blocking_and_unblocking_send_updates(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """my_chat_member says kicked, then member, and after that the bot may write again."""
    telegram.block(anna.id)
    telegram.press_start(anna.id)
    kicked, back, start = await bot.get_updates()
    assert kicked.my_chat_member is not None
    assert kicked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == "member"
    assert start.message is not None
    assert await bot.send_message(anna.id, "Welcome back")


async def test_every_change_moves_the_version(telegram: SimTelegram, anna: Customer) -> None:
    """A subscriber gets a new version after each change."""
    versions = telegram.subscribe()
    before = await anext(versions)
    telegram.say(anna.id, "one")
    after = await anext(versions)
    assert after > before


async def test_a_seed_makes_ids_repeat(clock: SandboxClock) -> None:
    """The same seed gives the same ids, so that a failing run can be repeated."""

    def first_number(seed: int) -> int:
        telegram = SimTelegram(clock, "1:x", "bot", seed)
        telegram.press_start(telegram.add_customer("A").id)
        return telegram.push_raw({})

    assert first_number(3) == first_number(3) != first_number(4)
