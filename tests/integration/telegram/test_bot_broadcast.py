"""A broadcast from /admin, tap by tap."""

import pytest

from orbit_domain.user.user import Role
from orbit_sandbox.telegram.entities import Entity, Formatted
from orbit_testing import samples
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


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (400).to_bytes(4) + (300).to_bytes(4) + b"rest"
WORDS = Formatted(
    "Скидки & подарки 🎁 на сайте",
    (
        Entity("bold", 0, 6),
        Entity("italic", 9, 7),
        Entity("code", 17, 2),
        Entity("text_link", 23, 5, url='https://example.org/?a=1&b="2">'),
    ),
)


async def test_picture_formatting_and_buttons_arrive_as_they_were_sent(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """What the author's client marked up, whatever stands in its links, and each button leads where it says."""
    await bot_harness.shop.add_promo(samples.promo("SPRING20"), "owner")
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.send(WORDS, PICTURE)
    await owner.tap("castbtn:")
    await owner.write("Скидка — промокод spring20\nНаш сайт - с тире | https://example.org/?a=1&b=2\n\nPlans - PLANS")
    await owner.tap("steer:")
    await work(bot_harness)
    got = vera.newest.content
    assert got.words == WORDS
    assert got.photo is not None
    assert got.photo.data == PICTURE
    assert [(one.text, one.kind, one.data) for one in vera.buttons[:3]] == [
        ("Скидка", "callback", "code:SPRING20+"),
        ("Наш сайт - с тире", "url", "https://example.org/?a=1&b=2"),
        ("Plans", "callback", "plans+"),
    ]
    assert owner.messages[-2].content == got
    await vera.tap("code:SPRING20")
    assert "SPRING20" in vera.text


async def test_only_those_who_were_chosen_are_written_to(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """The number follows each tap, and a second tap takes the choice back."""
    english = bot_harness.new_user("en")
    await english.write("/start")
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    assert "Сейчас их 3" in owner.text
    await owner.tap("narrow:language:ru")
    assert "Сейчас их 2" in owner.text
    await owner.tap("narrow:language:ru")
    assert "Сейчас их 3" in owner.text
    await owner.tap("narrow:language:en")
    await owner.write(TYPED)
    assert "Кому: Все · English" in owner.text
    await owner.tap("steer:")
    await work(bot_harness)
    assert english.text == TYPED
    assert TYPED not in vera.text


@pytest.mark.parametrize(
    ("words", "picture", "answer"),
    [
        (Formatted("x" * 4_000), None, "Такое сообщение не отправить"),
        (Formatted("   "), None, "Такое сообщение не отправить"),
        (Formatted("x" * 1_025), PICTURE, "Подпись слишком длинная"),
    ],
)
async def test_a_message_that_can_t_be_sent_is_refused_and_asked_for_again(
    owner: ChatUser, words: Formatted, picture: bytes | None, answer: str
) -> None:
    """Nobody gets anything, and another message can be sent at once."""
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.send(words, picture)
    assert answer in owner.text
    await owner.write(TYPED)
    assert "Выше — то, что получит каждый" in owner.text


@pytest.mark.parametrize("typed", ["Сайт", "Сайт - http://example.org", "Сайт - промокод", "x" * 41 + " - тарифы"])
async def test_a_button_that_can_t_be_sent_is_refused_and_asked_for_again(owner: ChatUser, typed: str) -> None:
    """The draft stays without it, and other buttons can be typed at once, or none."""
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.write(TYPED)
    await owner.tap("castbtn:")
    await owner.write(typed)
    assert "Такую кнопку не отправить" in owner.text
    await owner.write("Тарифы - тарифы")
    assert owner.messages[-2].content.keyboard[0][0].text == "Тарифы"
    await owner.tap("castbtn:")
    await owner.tap("castbare:")
    preview, draft = owner.messages[-2:]
    assert preview.content.words.text == TYPED
    assert [one.data for row in preview.content.keyboard for one in row] == ["home+", "nonews+"]
    assert "Выше — то, что получит каждый" in draft.content.words.text


async def test_what_telegram_does_not_take_is_not_offered(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """Its refusal of the preview is explained; no button and no old keyboard starts that draft, until it was shown."""
    await owner.write("/broadcast")
    await owner.tap("newcast:everyone")
    await owner.send(WORDS, PICTURE)
    (known,) = [one for one in owner.messages if one.content.photo is not None]
    assert known.content.photo is not None
    await owner.tap("castbtn:")
    bot_harness.telegram.files._by_id.pop(known.content.photo.id)
    await owner.write("Тарифы - тарифы")
    assert "Telegram не принял сообщение" in owner.text
    assert "картинка" in owner.text
    (draft,) = (await bot_harness.shop.list_broadcasts(OWNER)).newest
    await owner.send_data(f"steer:{draft.id.hex}:start")
    assert "Сначала посмотрите сами" in owner.text
    await owner.write("/broadcast")
    await owner.tap("cast:")
    assert not [one for one in owner.buttons if one.data.endswith(":start")]
    bot_harness.telegram.files._by_id[known.content.photo.id] = known.content.photo
    await owner.tap("castme:")
    await owner.tap("steer:")
    await work(bot_harness)
    assert vera.newest.content.words == WORDS


async def test_a_customer_has_no_such_command(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The command and the buttons do nothing but say that the role doesn't allow it."""
    await vera.write("/broadcast")
    assert "Ваша роль" in vera.text
    assert await vera.send_data("newcast:everyone") == 1
    await vera.write(TYPED)
    await work(bot_harness)
    async with bot_harness.world.storage.transaction() as tx:
        assert await tx.broadcasts.newest(5) == ()
