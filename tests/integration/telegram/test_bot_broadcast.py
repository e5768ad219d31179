"""A broadcast from /admin, tap by tap."""

import pytest

from orbit_domain.user.user import Role
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import OWNER

TYPED = "<b>Скидки & подарки</b> до воскресенья"


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner, whose notices arrive in the chat like everybody's."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    return owner


async def work(bot_harness: BotHarness) -> None:
    """Let the worker go round a few times."""
    for _ in range(3):
        await bot_harness.shop.queue_broadcasts()
        await bot_harness.shop.deliver_notices()


async def test_from_the_menu_to_every_chat(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """The author sees the message first; after the tap everyone has it once, as it was typed, and the end is told."""
    await owner.write("/admin")
    await owner.tap("Рассылки")
    await owner.tap("newcast:everyone")
    await owner.write(TYPED)
    preview, draft = owner.messages[-2:]
    assert preview.content.words.text == TYPED
    assert "Выше — то, что получит каждый" in draft.content.words.text
    await work(bot_harness)
    assert TYPED not in vera.text
    await owner.tap("steer:")
    assert "В пути: 0" in owner.text
    await work(bot_harness)
    assert [one for one in vera.messages if one.content.words.text == TYPED] == [vera.newest]
    assert "Рассылка закончена" in owner.text
    assert "Отправлено: 2. Не дошло: 0." in owner.text
    await owner.write("/broadcast")
    await owner.tap("cast:")
    assert "Закончена" in owner.text


async def test_a_stop_by_another_admin_counts(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """Vera is an admin too: she stops the draft, and the owner's tap says so and sends nothing."""
    await bot_harness.shop.change_role(OWNER, vera.buyer.tg_id, Role.ADMIN)
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.write(TYPED)
    start = next(button.data for button in owner.buttons if button.data.endswith(":start"))
    await vera.write("/admin")
    await vera.tap("casts")
    await vera.tap("cast:")
    await vera.tap("Остановить совсем")
    assert await owner.send_data(start) == 1
    assert "Её остановили" in owner.text
    await work(bot_harness)
    assert TYPED not in vera.text


@pytest.mark.parametrize("typed", ["x" * 4_000, "   "])
async def test_a_text_that_can_t_be_sent_is_refused_and_asked_for_again(owner: ChatUser, typed: str) -> None:
    """Nobody gets anything, and another text can be typed at once."""
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.write(typed)
    assert "Такой текст не отправить" in owner.text
    await owner.write(TYPED)
    assert "Выше — то, что получит каждый" in owner.text


async def test_a_customer_has_no_such_command(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The command and the buttons do nothing but say that the role doesn't allow it."""
    await vera.write("/broadcast")
    assert "Ваша роль" in vera.text
    assert await vera.send_data("newcast:everyone") == 1
    await vera.write(TYPED)
    await work(bot_harness)
    async with bot_harness.world.storage.transaction() as tx:
        assert await tx.broadcasts.newest(5) == ()
