"""The owner changes prices, the trial and promo codes from /admin, tap by tap, while customers are buying."""

import pytest

from orbit_domain.user.user import Role
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN


@pytest.fixture
async def owner(bot_harness: BotHarness) -> ChatUser:
    """The owner, who reads Russian."""
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await bot_harness.shop.set_language(OWNER, "ru")
    return owner


def plain(text: str) -> str:
    """*text* with ordinary spaces."""
    return text.replace("\xa0", " ")


async def begin_price(user: ChatUser) -> None:
    """From the command to the question for the price of a month."""
    await user.write("/admin")
    await user.tap("Тарифы и цены")
    await user.tap("offer:sub_1m")
    await user.tap("Цена")


async def test_a_price_changes_while_orders_are_open(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """Vera's invoice stays as it was shown and buys her month; Anna, who looks now, sees the new price."""
    await vera.tap("plans")
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    invoice = vera.newest
    await begin_price(owner)
    await owner.write("дорого")
    assert "129" not in plain(owner.text)
    await owner.write("199")
    assert "Цена: 129 ₽ → 199 ₽" in plain(owner.text)
    assert "1 месяц · 199 ₽" in plain(owner.text)
    anna = bot_harness.new_user("ru", "Анна")
    await anna.write("/start")
    await anna.tap("plans")
    assert "1 месяц · 129 ₽" in [plain(button.text) for button in anna.buttons]
    await owner.tap("Сохранить")
    assert owner.toasts[-1] == "Готово: новые условия действуют"
    await anna.tap("buy:sub_1m")
    assert "199 ₽" in plain(anna.text)
    await vera.tap("check:", invoice)
    bot_harness.world.chain.deposit(COIN, vera.copied(2))
    await bot_harness.shop.work()
    assert (await vera.buyer.balance(), (await vera.buyer.key()).is_confirmed) == (0, True)
    await owner.write("/admin")
    await owner.tap("Кто что сделал")
    assert "изменил тариф" in owner.text
    assert "price 12900 RUB → 19900 RUB" in owner.text
    await check_ledger(bot_harness.world)


async def test_two_owners_at_once(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """The second yes is refused and leads to the plan as it is now; a yes of yesterday is over."""
    await bot_harness.shop.change_role(OWNER, vera.buyer.tg_id, Role.OWNER)
    for user, price in ((owner, "199"), (vera, "99")):
        await begin_price(user)
        await user.write(price)
    yes = vera.newest
    await owner.tap("Сохранить")
    await vera.tap("Сохранить")
    assert vera.toasts[-1] == "Тариф только что изменили"
    await vera.tap("offer:")
    assert "1 месяц · 199 ₽" in plain(vera.text)
    await vera.tap("planyes:", yes)
    assert vera.toasts[-1] == "Этот вопрос уже закрыт"


async def test_the_trial_is_switched_off(owner: ChatUser, vera: ChatUser) -> None:
    """Newcomers see no button, and one from before says that there is none."""
    offered = vera.newest
    await owner.write("/admin")
    await owner.tap("offers")
    await owner.tap("offer:trial")
    await owner.tap("Выключить пробный период")
    assert "Кто уже начал" in owner.text
    await owner.tap("Выключить пробный период")
    assert "Пробного периода сейчас нет" in owner.text
    await vera.tap("trial", offered)
    assert vera.toasts[-1] == "Пробного периода сейчас нет"
    await vera.write("/start")
    assert not [one for one in vera.buttons if "Попробовать" in one.text]


async def test_a_code_from_the_first_question_to_the_stop(
    owner: ChatUser, vera: ChatUser, bot_harness: BotHarness
) -> None:
    """Typed and tapped answers make it; its link works for a customer; stopped, it gives nothing more."""
    await owner.write("/admin")
    await owner.tap("Промокоды")
    assert "Промокодов пока нет" in owner.text
    await owner.tap("Новый код")
    await owner.write("spring")
    await owner.tap("Скидка в процентах")
    await owner.write("101")
    assert "от 1 до 100 процентов" in owner.text
    await owner.write("50")
    await owner.tap("Без срока")
    await owner.write("10")
    await owner.tap("codeplan:sub_1m")
    await owner.tap("Для отмеченных")
    assert "Использований: 0 из 10" in owner.text
    await owner.tap("Добавить код")
    assert owner.copied(0) == "https://t.me/orbit_sandbox_bot?start=promo_SPRING"
    await vera.write("/start promo_SPRING")
    await vera.tap("plans")
    assert any("64,50 ₽ вместо 129 ₽" in plain(button.text) for button in vera.buttons)
    await owner.tap("Остановить")
    assert "Остановить код SPRING?" in owner.text
    await owner.tap("Остановить сейчас")
    assert "Промокод SPRING: остановлен" in owner.text
    await vera.write("/start promo_SPRING")
    assert "он больше не действует" in vera.text
    await check_ledger(bot_harness.world)


async def test_an_admin_changes_no_offer(owner: ChatUser, vera: ChatUser, bot_harness: BotHarness) -> None:
    """The menu of an admin has no such button, and crafted ones are refused."""
    await bot_harness.shop.change_role(OWNER, vera.buyer.tg_id, Role.ADMIN)
    await vera.write("/admin")
    assert not [one for one in vera.buttons if "Тарифы" in one.text or "Промокоды" in one.text]
    for data in ("offers", "offer:sub_1m", "planset:sub_1m:price", "planshow:trial", "newplan", "codes:0", "newcode"):
        assert await vera.send_data(data) == 1
        assert vera.toasts[-1] == "Ваша роль этого не позволяет", data
    assert await owner.send_data("offer:no_such_plan") == 1
    assert owner.toasts[-1] == "Этого тарифа больше нет"
