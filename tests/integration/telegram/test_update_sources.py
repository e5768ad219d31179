"""Links, commands, languages, and who is let in."""

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import referral_code
from tests.integration.telegram.bot_harness import BotHarness, Phone


async def test_every_command_opens_its_screen(vera: Phone) -> None:
    """What Telegram lists beside the text field works, in any spelling of case."""
    for command, words in {
        "/start": "Здравствуйте", "/buy": "Выберите тариф", "/connect": "Подключать пока нечего", "/BALANCE": "Баланс",
        "/help": "Помощь", "/language": "На каком языке", "/paysupport": "Деньги отправлены, а их не видно",
    }.items():  # fmt: skip
        await vera.write(command)
        assert words in vera.text, command


async def test_an_invitation_is_recorded_once(vera: Phone, bot_harness: BotHarness) -> None:
    """The link of the invite screen works, for newcomers only."""
    await vera.tap("invite")
    link = f"https://t.me/orbit_sandbox_bot?start=ref_{referral_code(TelegramId(vera.user_id))}"
    assert vera.copied(0) == link
    friend = bot_harness.visitor("en", "Tom")
    await friend.write("/start " + link.partition("start=")[2])
    assert "Hello" in friend.text
    async with bot_harness.world.storage.transaction() as tx:
        known = await tx.users.get(TelegramId(friend.user_id))
        himself = await tx.users.get(TelegramId(vera.user_id))
    assert known is not None
    assert himself is not None
    assert (known.referrer_id, himself.referrer_id) == (vera.user_id, None)


async def test_a_plan_link_opens_its_checkout_also_for_a_newcomer(bot_harness: BotHarness) -> None:
    """From an advertisement straight to one plan."""
    newcomer = bot_harness.visitor()
    await newcomer.write("/start plan_sub_6m")
    assert "6 месяцев" in newcomer.text
    await newcomer.tap("pay:")
    assert newcomer.newest.content.photo is not None


async def test_an_order_link_is_its_owner_s_alone(vera: Phone, bot_harness: BotHarness) -> None:
    """A link to an order opens it for whom it belongs to and tells nobody else anything."""
    order = (await vera.buyer.choose()).order
    await vera.write(f"/start pay_{order.id.hex}")
    assert "1 месяц" in vera.text
    other = bot_harness.visitor("en", "Tom")
    await other.write(f"/start pay_{order.id.hex}")
    assert "You have no such order" in other.text
    assert "month" not in other.text


@pytest.mark.parametrize(
    "payload", ["ref_", "ref_ЮЮ", "ref_0", "pay_1", "pay_" + "z" * 32, "plan_", "xyz", "💥", "a" * 4000, "pay_\u202e"]
)
async def test_a_garbled_link_is_a_plain_start(bot_harness: BotHarness, payload: str) -> None:
    """A broken link opens the front door."""
    newcomer = bot_harness.visitor()
    await newcomer.write(f"/start {payload}")
    assert "Здравствуйте" in newcomer.text


async def test_a_plan_nobody_sells_is_refused_kindly(vera: Phone) -> None:
    """A link to a plan that is gone leads to those that aren't."""
    await vera.write("/start plan_gone")
    assert "Этого тарифа больше нет" in vera.text
    await vera.tap("plans")
    assert "Выберите тариф" in vera.text


async def test_the_language_is_the_customer_s_choice(vera: Phone) -> None:
    """Chosen once, it is spoken everywhere, also in refusals, whatever Telegram says."""
    await vera.tap("settings")
    await vera.tap("lang:en")
    assert "Which language" in vera.text
    assert vera.toasts[-1] == "English it is"
    await vera.tap("home")
    assert "Hello" in vera.text
    await vera.send_data("order:" + "0" * 32)
    assert "You have no such order" in vera.text
    await vera.send_data("lang:fr")
    assert "We don't speak this language" in vera.text


async def test_somebody_unknown_who_taps_is_welcomed(bot_harness: BotHarness, vera: Phone) -> None:
    """A button pressed by somebody we don't know (any more) makes them known and shows home."""
    stranger = bot_harness.visitor("en", "Tom")
    bot_harness.telegram.say(stranger.user_id, "/buy")
    await bot_harness.serve()
    assert "Hello" in stranger.text
    await stranger.tap("Buy")
    assert "Choose a plan" in stranger.text


async def test_only_people_in_private_chats_are_let_in(vera: Phone, bot_harness: BotHarness) -> None:
    """Groups, channels, nobody and bots get no answer, and are counted."""
    group = bot_harness.telegram.add_chat("supergroup", "Talk")
    channel = bot_harness.telegram.add_chat("channel", "News")
    before = len(vera.messages)
    bot_harness.telegram.say(vera.user_id, "/start", group.id)
    bot_harness.telegram.say_without_sender(group.id, "/start")
    bot_harness.telegram.say_without_sender(channel.id, "/start")
    await bot_harness.serve()
    bot = {"id": 5, "is_bot": True, "first_name": "Robot"}
    chat = {"id": vera.user_id, "type": "private", "first_name": "Вера"}
    for raw in (
        {"message": {"message_id": 1, "date": 1, "chat": chat, "from": bot, "text": "/start"}},
        {"message": {"message_id": 1, "date": 1, "chat": chat, "text": "/start"}},
        {"callback_query": {"id": "1", "from": bot | {"is_bot": False}, "chat_instance": "1", "data": "home"}},
    ):
        await bot_harness.feed({"update_id": 7, **raw})
    assert len(vera.messages) == before
    assert [one for one in (*group.messages.values(), *channel.messages.values()) if one.from_bot] == []
    assert bot_harness.dispatcher["ignored"] == {"not private": 1, "bot": 2, "kind": 1, "no sender or chat": 2}


async def test_words_stickers_and_walls_of_text_get_a_hint(vera: Phone) -> None:
    """Whatever is written that is no command: home, with a word of what the bot understands."""
    for words in ("привет", "/unknown", "x" * 4096, "<b>&\u202e", "450"):
        await vera.write(words)
        assert "читать не умею" in vera.text
        assert vera.buttons
