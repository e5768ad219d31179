"""The staff's groups in the simulated Telegram: chosen by the owner, answered in by staff, silent to all others."""

import pytest

from orbit_domain.user.user import Role
from orbit_sandbox.telegram.messages import Message
from orbit_sandbox.telegram.people import Chat
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import OWNER

TOPIC = 7


class Group:
    """A group with the bot in it."""

    def __init__(self, bot_harness: BotHarness, *, is_forum: bool = False) -> None:
        self.bot_harness = bot_harness
        threads = frozenset({TOPIC}) if is_forum else frozenset[int]()
        self.chat: Chat = bot_harness.telegram.add_chat("supergroup", "Команда", threads)

    @property
    def messages(self) -> list[Message]:
        """What the bot has written here."""
        return [one for one in self.chat.messages.values() if one.from_bot and one.content.words.text]

    async def say(self, user: ChatUser, text: str, thread_id: int | None = None, to: Message | None = None) -> int:
        """Write here, perhaps as a reply; how many messages of the bot came of it."""
        before = len(self.messages)
        self.bot_harness.telegram.say(user.user_id, text, self.chat.id, thread_id, to)
        await self.bot_harness.process_updates()
        return len(self.messages) - before

    async def tap(self, user: ChatUser, data: str) -> None:
        """Tap a button of the newest message."""
        tap = self.bot_harness.telegram.tap(user.user_id, self.messages[-1].id, data, self.chat.id)
        await self.bot_harness.process_updates()
        assert getattr(tap, "answers", 1) == 1

    def links(self, message: Message) -> list[str]:
        """Where the buttons of *message* lead; none of them does anything here."""
        buttons = [button for row in message.content.keyboard for button in row]
        assert all(button.kind == "url" for button in buttons)
        return [button.data for button in buttons]


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner, whose notices arrive in the chat like everybody's."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    return owner


async def deliver(bot_harness: BotHarness) -> None:
    """Let the outbox become empty, however long a group has to wait."""
    for _ in range(12):
        await bot_harness.shop.deliver_notices()
        bot_harness.world.clock.advance(seconds=4)


async def ask(user: ChatUser, text: str) -> None:
    """Write to the shop."""
    await user.send_data("write")
    await user.write(text)
    await deliver(user.bot_harness)


async def test_a_question_reaches_the_group_and_the_reply_the_customer(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """In a plain group: chosen by taps, answered by a reply, and who may not answer is told so."""
    group, support = Group(bot_harness), bot_harness.new_user("ru", "Саша")
    await support.write("/start")
    assert await group.say(owner, "/here") == 1
    await group.tap(owner, "here:support")
    await ask(vera, "Где мой <ключ>?")
    question = group.messages[-1]
    assert "Где мой <ключ>?" in question.content.words.text
    assert "Где мой" not in owner.text
    assert [link.partition("?start=")[2][:8] for link in group.links(question)] == ["at_case-", "at_card-"]
    assert await group.say(support, "Сейчас проверю", to=question) == 1
    assert "ваша роль не позволяет" in group.messages[-1].content.words.text
    await bot_harness.shop.change_role(OWNER, support.buyer.tg_id, Role.SUPPORT)
    assert await group.say(support, "Проверьте ещё раз", to=question) == 1
    assert "Ответ передан" in group.messages[-1].content.words.text
    assert await group.say(support, "x" * 2_001, to=question) == 1
    assert "Не отправлено" in group.messages[-1].content.words.text
    await deliver(bot_harness)
    assert "Проверьте ещё раз" in vera.text
    await vera.tap("Написать ещё")
    assert "Мы ответили" in vera.text
    await vera.tap("Решено")
    assert "Рады" in vera.text


async def test_in_a_forum_each_customer_has_a_topic(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """A deleted one is made anew; without the right to make any, the chosen topic takes all."""
    group = Group(bot_harness, is_forum=True)
    await group.say(owner, "/here@orbit_sandbox_bot", TOPIC)
    await group.tap(owner, "here:support")
    await ask(vera, "Раз")
    await ask(vera, "Два")
    first, second = group.messages[-2:]
    assert first.thread_id == second.thread_id
    assert first.thread_id not in (None, TOPIC)
    assert await group.say(owner, "Ответ", first.thread_id, second) == 1
    await deliver(bot_harness)
    assert "Ответ" in vera.text
    group.chat.threads -= {first.thread_id or 0}
    await ask(vera, "Три")
    third = group.messages[-1]
    assert third.thread_id not in (None, TOPIC, first.thread_id)
    group.chat.threads, group.chat.may_manage_topics = frozenset({TOPIC}), False
    await ask(vera, "Четыре")
    assert group.messages[-1].thread_id == TOPIC


async def test_others_in_groups_get_silence(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """Commands, taps and talk of customers, and everything in a group that nobody chose."""
    group = Group(bot_harness)
    for text in ("/start", "/admin", "/here", "/hereby", "Привет", "/buy@orbit_sandbox_bot"):
        assert await group.say(vera, text) == 0
    await group.say(owner, "/here")
    shown = group.messages[-1]
    await group.tap(vera, "here:alerts")
    assert (await bot_harness.shop.show_shop_chats(OWNER)).chats == ()
    assert await group.say(vera, "Ответ никому", to=shown) == 0
    assert await group.say(owner, "И владелец тоже", to=shown) == 0
    assert group.messages[-1] == shown


async def test_a_group_that_threw_the_bot_out_loses_nothing(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """The question comes to the owner with its buttons, and so does the reason."""
    group = Group(bot_harness)
    await group.say(owner, "/here")
    await group.tap(owner, "here:support")
    group.chat.left = True
    await ask(vera, "Есть кто?")
    texts = [one.content.words.text for one in owner.messages]
    assert any("Есть кто?" in text for text in texts)
    assert any("больше не написать" in text for text in texts)
    assert "не написать с" in (await owner.send_data("chats") and owner.text)


async def test_a_group_that_became_a_supergroup_goes_on(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """Telegram says the new number once: the question and the reply to it go there."""
    old, new = Group(bot_harness), Group(bot_harness)
    await old.say(owner, "/here")
    await old.tap(owner, "here:support")
    old.chat.migrated_to = new.chat.id
    await ask(vera, "Есть кто?")
    assert "Есть кто?" in new.messages[-1].content.words.text
    assert await new.say(owner, "Есть", to=new.messages[-1]) == 1
    await deliver(bot_harness)
    assert "Есть" in vera.text


async def test_a_link_shows_a_place_and_does_nothing(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """Each place by its role; what acts has no link, and a customer sees nothing of the staff's."""
    await ask(vera, "Вопрос")
    case = (await bot_harness.shop.list_cases(OWNER)).cases[0].case
    places = {"admin": "Управление", "nameless-0": "", "waiting-0": "", "panels": "", "cases-0": "Вопросы клиентов"}
    places |= {f"case-{case.id.hex}": "Вопрос", f"card--of-{vera.user_id}": str(vera.user_id)}
    for payload, text in places.items():
        shown = await owner.write(f"/start at_{payload}")
        assert text in shown.content.words.text
        shown = await vera.write(f"/start at_{payload}")
        assert "Вопрос клиент" not in shown.content.words.text
    for acting in (f"caseover-{case.id.hex}", "here-alerts", "nonsense", f"case-{'f' * 32}"):
        await owner.write(f"/start at_{acting}")
    assert (await bot_harness.shop.show_case(OWNER, case.id)).case.is_live
    assert (await bot_harness.shop.show_shop_chats(OWNER)).chats == ()


async def test_events_come_no_faster_than_telegram_allows(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """A group gets twenty messages a minute at most, and customers don't wait for it."""
    group = Group(bot_harness)
    await group.say(owner, "/here")
    await group.tap(owner, "here:events")
    for number in range(6):
        await bot_harness.shop.ban_customer(vera.buyer.tg_id, "cli:owner", f"n{number}")
        await bot_harness.shop.unban_customer(vera.buyer.tg_id, "cli:owner", f"n{number}")
    await bot_harness.shop.tell_events()
    before = bot_harness.world.clock.now()
    for _ in range(40):
        await bot_harness.shop.deliver_notices()
        bot_harness.world.clock.advance(seconds=1)
        if len(group.messages) == 13:
            break
    assert len(group.messages) == 13
    assert (bot_harness.world.clock.now() - before).total_seconds() >= 33
