"""The staff's day, tap by tap: /admin, nameless money, a ban, a lost role, and what other people see of it."""

import pytest

from orbit_domain.user.user import Role
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN


@pytest.fixture
async def admin(bot_harness: BotHarness) -> ChatUser:
    """Boris, whom the owner has just made an admin; notices of the shop arrive in the chats."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    boris = bot_harness.new_user("ru", "Борис")
    await boris.write("/start")
    await owner.write("/admin")
    await owner.tap("staff")
    await owner.tap("hire")
    await owner.write(str(boris.user_id))
    await owner.tap("person:")
    await owner.tap("Сделать: админ")
    assert owner.toasts[-1] == "Готово: роль изменена"
    return boris


async def open_card(admin: ChatUser, typed: str) -> None:
    """From the command to the one card that *typed* finds."""
    await admin.write("/admin")
    await admin.tap("Найти клиента")
    await admin.write(typed)
    await admin.tap("card_of:")


async def test_an_admin_credits_nameless_money(vera: ChatUser, admin: ChatUser, bot_harness: BotHarness) -> None:
    """Money without a comment is given to whoever is typed, and pays the order; a second tap hears who was first."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    bot_harness.world.chain.deposit(COIN)
    await bot_harness.shop.work()
    await admin.write("/start")
    await admin.tap("Управление")
    await admin.tap("Без хозяина")
    assert "Деньги без хозяина: 1" in admin.text
    await admin.tap("whose:")
    await admin.write("кто это")
    assert "Никого не нашли" in admin.text
    await admin.write(str(vera.user_id))
    asked = admin.newest
    await admin.tap("give_to:")
    assert "Записано: 129" in admin.text
    await bot_harness.shop.work()
    assert [one for one in vera.messages if "Ключ готов" in one.content.words.text]
    await admin.tap("give_to:", asked)
    assert admin.toasts[-1] == "Уже сделано"
    assert f"Уже сделал {admin.user_id}" in admin.text
    await check_ledger(bot_harness.world)


async def test_an_admin_bans_a_customer_and_lets_them_back_in(
    vera: ChatUser, admin: ChatUser, bot_harness: BotHarness
) -> None:
    """The consequence is read before the yes; the customer gets one sentence wherever they tap; all of it is undone."""
    shop = bot_harness.shop
    await vera.buyer.buy()
    await open_card(admin, f"orbit_{vera.user_id}")
    await admin.tap("Заблокировать")
    await admin.write("продаёт ключ")
    assert "1 ключ перестанет работать, хотя и оплачен" in admin.text
    assert "Причина: продаёт ключ" in admin.text
    yes = admin.newest
    await admin.tap("do:")
    assert "Заблокирован с" in admin.text
    await admin.tap("do:", yes)
    assert admin.toasts[-1] == "Этот вопрос уже закрыт"
    for text in ("/start", "/buy", "hello", "/start plan_sub_1m"):
        await vera.write(text)
        assert "Магазин для вас закрыт" in vera.text
        assert "@orbit_help" in vera.text
    await vera.tap("home")
    assert "Магазин для вас закрыт" in vera.text
    await shop.work()
    assert not (await vera.buyer.key()).enabled

    await open_card(admin, str(vera.user_id))
    await admin.tap("Что было")
    assert "🛠 сотрудник\nban_customer by" in admin.text
    await admin.tap("Карточка")
    await admin.tap("Разблокировать")
    await admin.write("ошибка")
    await admin.tap("do:")
    await shop.work()
    assert (await vera.buyer.key()).enabled
    await vera.write("/start")
    assert "Подписка работает" in vera.text
    await admin.write("/admin")
    await admin.tap("Кто что сделал")
    assert "заблокировал" in admin.text


async def test_without_a_role_there_is_no_admin(vera: ChatUser, admin: ChatUser, bot_harness: BotHarness) -> None:
    """A customer sees home, and crafted buttons are refused; a role lost a second ago is refused in words."""
    await vera.write("/admin")
    assert vera.text.startswith("👋")
    assert not [button for button in vera.buttons if "Управление" in button.text]
    for data in (
        "audit:0",
        "staff",
        "find",
        f"action:ban:{OWNER}",
        f"role:{vera.user_id}:owner",
        "panels",
        "nameless:0",
    ):
        assert await vera.send_data(data) == 1
        assert vera.toasts[-1] == "Ваша роль этого не позволяет", data
    await admin.write("/admin")
    await bot_harness.shop.change_role(OWNER, admin.user_id, Role.CUSTOMER)
    await admin.tap("Кто что сделал")
    assert admin.toasts[-1] == "Ваша роль этого не позволяет"
    assert await admin.send_data("action:everything:42") == 1


async def test_a_banned_customer_can_write_where_no_support_account_answers(
    vera: ChatUser, admin: ChatUser, bot_harness: BotHarness
) -> None:
    """Without a support account the one button passes a message on to the owner, and nothing else works."""
    shop = bot_harness.shop
    bot_harness.drop_support_account()
    await shop.ban_customer(vera.user_id, "cli:owner", "spam")
    await vera.write("/buy")
    await vera.tap("write")
    await vera.write("Why?")
    await shop.work()
    owner = ChatUser(bot_harness, OWNER)
    assert "Why?" in owner.text
    await vera.write("Hello?")
    assert "Магазин для вас закрыт" in vera.text
