"""Commands, deep links, languages, and which updates reach a handler."""

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import referral_code
from tests.integration.telegram.bot_harness import BotHarness, ChatUser


async def test_every_command_opens_its_screen(vera: ChatUser) -> None:
    """Every published command works, in upper and lower case."""
    for command, text in {
        "/start": "Здравствуйте", "/buy": "Выберите тариф", "/connect": "Подключать пока нечего", "/BALANCE": "Баланс",
        "/help": "Помощь", "/language": "Выберите язык", "/paysupport": "Вы оплатили, а денег не видно",
    }.items():  # fmt: skip
        await vera.write(command)
        assert text in vera.text, command


async def test_an_invitation_is_recorded_once(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The link of the invitation screen works, for new users only."""
    await vera.tap("invite")
    link = vera.copied(0)
    assert link.startswith("https://t.me/orbit_sandbox_bot?start=ref_0")
    assert referral_code(TelegramId(vera.user_id)) not in link
    friend = bot_harness.new_user("en", "Tom")
    await friend.write("/start " + link.partition("start=")[2])
    assert "Hello" in friend.text
    async with bot_harness.world.storage.transaction() as tx:
        friend_user = await tx.users.get(TelegramId(friend.user_id))
        inviter = await tx.users.get(TelegramId(vera.user_id))
    assert friend_user is not None
    assert inviter is not None
    assert (friend_user.referrer_id, inviter.referrer_id) == (vera.user_id, None)


async def test_a_plan_link_opens_its_checkout_also_for_a_new_user(bot_harness: BotHarness) -> None:
    """A link in an advertisement leads straight to one plan."""
    new_user = bot_harness.new_user()
    await new_user.write("/start plan_sub_6m")
    assert "6 месяцев" in new_user.text
    await new_user.tap("pay:")
    assert new_user.newest.content.photo is not None


async def test_an_order_link_works_for_its_owner_only(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A link to an order shows it to its owner and shows other users nothing of it."""
    order = (await vera.buyer.choose()).order
    await vera.write(f"/start pay_{order.id.hex}")
    assert "1 месяц" in vera.text
    other = bot_harness.new_user("en", "Tom")
    await other.write(f"/start pay_{order.id.hex}")
    assert "You have no such order" in other.text
    assert "month" not in other.text


@pytest.mark.parametrize("payload", ["ref_0", "xyz", "💥", "a" * 4000, "topup500", "gift"])
async def test_an_invalid_link_is_a_plain_start(bot_harness: BotHarness, payload: str) -> None:
    """Whatever an owner may call an advertisement opens home."""
    new_user = bot_harness.new_user()
    await new_user.write(f"/start {payload}")
    assert "Здравствуйте" in new_user.text


@pytest.mark.parametrize(
    "payload", ["ref_", "ref_ЮЮ", "pay_1", "pay_" + "z" * 32, "plan_", "pay_\u202e", "topup_", "topup_-5", "topup_1e9"]
)
async def test_a_broken_link_of_ours_says_so(bot_harness: BotHarness, payload: str) -> None:
    """What looks like a link of the shop and isn't one leads home, with a word about it."""
    new_user = bot_harness.new_user()
    await new_user.write(f"/start {payload}")
    assert "Эта ссылка больше никуда не ведёт" in new_user.text
    assert "Здравствуйте" in new_user.text


@pytest.mark.parametrize(("payload", "amount"), [("450", "450 ₽"), ("450-50", "450,50 ₽")])
async def test_a_top_up_link_asks_for_the_way_to_pay(vera: ChatUser, payload: str, amount: str) -> None:
    """The amount is that of the link; no invoice is made before a tap."""
    await vera.write(f"/start topup_{payload}")
    assert amount in vera.text.replace("\xa0", " ")
    assert (await vera.buyer.shop.show_deletion(vera.buyer.tg_id)).pending is None
    await vera.tap("addby:")
    assert amount in vera.text.replace("\xa0", " ")


@pytest.mark.parametrize("payload", ["1", "199-99", "999999999"])
async def test_a_top_up_link_keeps_to_the_limits(vera: ChatUser, payload: str) -> None:
    """An amount that may not be typed may not come by a link either."""
    await vera.write(f"/start topup_{payload}")
    assert "от 200 ₽ до 100 000 ₽" in vera.text.replace("\xa0", " ")


async def test_a_link_to_a_removed_plan_is_refused(vera: ChatUser) -> None:
    """A link to a removed plan leads to the plans on sale."""
    await vera.write("/start plan_gone")
    assert "Этого тарифа больше нет" in vera.text
    await vera.tap("plans")
    assert "Выберите тариф" in vera.text


async def test_the_language_is_the_customer_s_choice(vera: ChatUser) -> None:
    """The chosen language is used everywhere, also in refusals, whatever the language of Telegram."""
    await vera.tap("settings")
    await vera.tap("lang:en")
    assert "Choose your language" in vera.text
    assert vera.toasts[-1] == "Language changed"
    await vera.tap("home")
    assert "Hello" in vera.text
    await vera.send_data("order:" + "0" * 32)
    assert "You have no such order" in vera.text
    await vera.send_data("lang:fr")
    assert "We don't speak this language" in vera.text


async def test_an_unknown_user_is_registered(bot_harness: BotHarness, vera: ChatUser) -> None:
    """A command or tap of an unknown user registers them and shows home."""
    unknown = bot_harness.new_user("en", "Tom")
    bot_harness.telegram.say(unknown.user_id, "/buy")
    await bot_harness.process_updates()
    assert "Hello" in unknown.text
    await unknown.tap("Buy")
    assert "Choose a plan" in unknown.text


async def test_only_people_in_private_chats_get_an_answer(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Updates from groups, channels, bots and without a sender get no answer and are counted."""
    group = bot_harness.telegram.add_chat("supergroup", "Talk")
    channel = bot_harness.telegram.add_chat("channel", "News")
    before = len(vera.messages)
    bot_harness.telegram.say(vera.user_id, "/start", group.id)
    bot_harness.telegram.say_without_sender(group.id, "/start")
    bot_harness.telegram.say_without_sender(channel.id, "/start")
    await bot_harness.process_updates()
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


async def test_other_messages_get_a_hint(vera: ChatUser) -> None:
    """A message that is no command gets home, with a hint about the buttons."""
    for text in ("привет", "/unknown", "x" * 4096, "<b>&\u202e", "450"):
        await vera.write(text)
        assert "читать не умею" in vera.text
        assert vera.buttons
