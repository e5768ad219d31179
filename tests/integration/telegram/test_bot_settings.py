"""The shop's settings from /admin, tap by tap, and what customers see of them."""

import pytest

from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.user.user import Role
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import OWNER

WELCOME = "<b>Добро пожаловать</b> & <a href='x'>"


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner, who reads Russian."""
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    await owner.write("/admin")
    await owner.tap("Магазин")
    return owner


async def change(owner: ChatUser, name: SettingName, typed: str) -> None:
    """Open the setting, type the value, and save it."""
    await owner.write("/admin")
    await owner.tap("Магазин")
    await owner.tap(f"setup_of:{name}")
    await owner.write(typed)
    await owner.tap("Сохранить")
    assert owner.toasts[-1] == "Сохранено"


async def test_a_welcome_is_typed_previewed_and_shown_to_newcomers(owner: ChatUser, bot_harness: BotHarness) -> None:
    """As it was typed: what looks like markup is text; it can be taken back, and only newcomers see it."""
    vera = bot_harness.new_user()
    await owner.tap("setup_of:welcome_ru")
    await owner.write(WELCOME)
    assert WELCOME in owner.text
    assert "то, что увидят клиенты" in owner.text
    await vera.write("/start")
    assert WELCOME not in vera.text
    await owner.write("Привет!")
    await owner.tap("Сохранить")
    await vera.write("/start")
    assert vera.text.startswith("Привет!\n\nПодписки пока нет.")
    await owner.tap("set_reset:")
    await vera.write("/start")
    assert vera.text.startswith("👋 Здравствуйте!")
    await vera.tap("trial")
    await change(owner, SettingName.WELCOME_RU, "Привет!")
    await vera.write("/start")
    assert "Привет!" not in vera.text


async def test_support_and_terms_are_where_customers_look(owner: ChatUser, vera: ChatUser) -> None:
    """In the help, at home and in the settings, from the moment of saving."""
    await change(owner, SettingName.SUPPORT, "@vera_helps")
    await change(owner, SettingName.TERMS, "https://example.org/terms")
    for command in ("/help", "/paysupport"):
        await vera.write(command)
        assert "https://t.me/vera_helps" in [one.data for one in vera.buttons]
    for command in ("/start", "/help", "/language"):
        await vera.write(command)
        assert "https://example.org/terms" in [one.data for one in vera.buttons], command


async def test_a_banned_customer_reads_whom_to_write_to_now(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """The account that was set last."""
    await change(owner, SettingName.SUPPORT, "@vera_helps")
    await bot_harness.shop.ban_customer(vera.user_id, "cli:owner", "spam")
    for text in ("/buy", "/start"):
        await vera.write(text)
        assert "@vera_helps" in vera.text


@pytest.mark.parametrize(
    ("name", "typed", "title"),
    [
        (SettingName.WELCOME_EN, "x" * 1_001, "Слишком длинно"),
        (SettingName.SUPPORT, "вера", "Это не имя аккаунта"),
        (SettingName.TERMS, "http://example.org", "Это не ссылка"),
        (SettingName.REFERRAL_INVITER, "10001", "Такая сумма не подходит"),
    ],
)
async def test_a_refused_value_is_asked_for_again(owner: ChatUser, name: SettingName, typed: str, title: str) -> None:
    """The dialog stays open: the next message is another try."""
    await owner.tap(f"setup_of:{name}")
    await owner.write(typed)
    assert owner.text.startswith(title)
    await owner.write(typed)
    assert owner.text.startswith(title)
    await owner.tap("Назад")
    assert "Задано:" in owner.text


async def test_switches_work_at_once_and_a_stale_button_says_so(owner: ChatUser, vera: ChatUser) -> None:
    """Invitations go from home; the last way to pay stays; an old draft is over."""
    await owner.tap("setup_of:referrals")
    await owner.tap("Выключить")
    await owner.tap("Назад")
    await vera.write("/start")
    assert "invite" not in {one.data for one in vera.buttons}
    await owner.tap("setup_of:payment_methods")
    await owner.tap("set_way:ton:off")
    assert owner.text.startswith("Это последний способ")
    await owner.tap("Назад")
    await owner.tap("Назад")
    await owner.tap("setup_of:terms")
    await owner.write("https://example.org/terms")
    save = next(one.data for one in owner.buttons if one.data.startswith("set_save:"))
    await owner.write("/start")
    assert await owner.send_data(save) == 1
    await vera.write("/help")
    assert "https://example.org/terms" not in [one.data for one in vera.buttons]


async def test_only_the_staff_gets_there(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A customer is refused whatever the data of a button; an admin changes the welcome alone."""
    wanted = (
        "setup",
        "setup_of:welcome_ru",
        "setup_of:support",
        "set_turn:referrals:off",
        "set_way:ton:off",
        "set_reset:terms",
    )
    for data in wanted:
        assert await vera.send_data(data) == 1
        assert vera.toasts[-1] == "Ваша роль этого не позволяет", data
    await vera.write("typed into nothing")
    await bot_harness.shop.change_role(OWNER, vera.user_id, Role.ADMIN)
    await vera.write("/admin")
    await vera.tap("setup")
    assert [one.data for one in vera.buttons][:3] == ["setup_of:welcome_ru", "setup_of:welcome_en", "admin"]
    for data in wanted[2:]:
        await vera.send_data(data)
        assert vera.toasts[-1] == "Ваша роль этого не позволяет", data
    for data in ("setup_of:colour", "set_turn:referrals:perhaps", "set_turn:terms:x:y", "set_place:ton:-1"):
        assert await vera.send_data(data) == 1
