"""The owner's first week without a shell: from /admin by buttons and typed answers, and what customers see of it."""

from dataclasses import dataclass

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN, World

NEWS = "Скидка недели уже в боте"
PNG = b"\x89PNG"


@pytest.fixture
def world() -> World:
    """Two panels, one of them with two nodes."""
    return World({"one": ("a",), "two": ("b", "c")})


def plain(text: str) -> str:
    """*text* with ordinary spaces."""
    return text.replace("\xa0", " ")


@dataclass
class Week:
    """The owner in front of the bot, whose customers write, pay and read in chats of their own."""

    bot_harness: BotHarness
    owner: ChatUser

    async def at(self, *buttons: str) -> str:
        """From the command to a screen, button by button; its text."""
        await self.owner.write("/admin")
        for button in buttons:
            await self.owner.tap(button)
        return plain(self.owner.text)

    async def answers(self, *typed: str) -> str:
        """Type the answers to the questions one after another; what is shown at last."""
        for text in typed:
            await self.owner.write(text)
        return plain(self.owner.text)

    async def passes(self) -> None:
        """Let the worker do what is due."""
        for _ in range(2):
            await self.bot_harness.shop.queue_broadcasts()
            await self.bot_harness.shop.work()

    async def newcomer(self, name: str, link: str = "") -> ChatUser:
        """A customer who opens the bot, perhaps by a link of it."""
        user = self.bot_harness.new_user("ru", name)
        await user.write(f"/start {link.partition('?start=')[2]}".strip())
        return user

    async def invoice(self, user: ChatUser, plan: str) -> str:
        """Open an invoice by taps; its comment."""
        for button in ("/start", "plans", f"buy:{plan}", "pay:"):
            await (user.write(button) if button == "/start" else user.tap(button))
        return user.copied(2)

    async def buys(self, user: ChatUser, plan: str, price: str) -> None:
        """Pay that invoice, which asks for *price*, and get the key."""
        comment = await self.invoice(user, plan)
        self.bot_harness.world.chain.deposit(COIN * 4, comment)
        await self.passes()
        paid = next(text for text in sees(user) if text.startswith("✅ Оплачено"))
        assert f"Сумма: {price}" in paid
        assert any("Ключ готов" in text for text in sees(user))

    def panel(self, panel_id: str) -> MemoryPanel:
        """A panel, to see which keys live there."""
        return self.bot_harness.world.panels[panel_id]


def sees(user: ChatUser) -> list[str]:
    """The texts in the chat, the newest first."""
    return [plain(one.content.words.text) for one in reversed(user.messages)]


@pytest.fixture
async def week(bot_harness: BotHarness) -> Week:
    """The owner has opened the bot and chosen Russian."""
    bot_harness.send_notices_to_chats()
    bot_harness.telegram.add_customer("Хозяйка", "ru", "owner", user_id=OWNER)
    owner = ChatUser(bot_harness, OWNER)
    await owner.write("/start")
    await owner.tap("settings")
    await owner.tap("Русский")
    return Week(bot_harness, owner)


async def test_the_owners_first_week_needs_no_shell(week: Week, bot_harness: BotHarness) -> None:
    """Plans, a code, nameless money, an answer, a broadcast, a drained panel, the figures: each reaches its customers.

    The log names every step, and the ledger has no findings.
    """
    await _sets_plans_and_prices(week)
    link = await _makes_a_code(week)
    vera = await week.newcomer("Вера", link)
    await _sells_by_the_code(week, vera)
    anna = await week.newcomer("Анна")
    await _credits_nameless_money(week, anna)
    await _answers(week, anna)
    await _sends_a_broadcast(week, (vera, anna))
    await _drains_a_panel(week)
    await _reads_the_figures(week)
    await _reads_the_log(week)
    await check_ledger(bot_harness.world)


async def _sets_plans_and_prices(week: Week) -> None:
    await week.at("Тарифы и цены", "offer:sub_1m", "Цена")
    assert "Цена: 129 ₽ → 199 ₽" in await week.answers("199")
    await week.owner.tap("Сохранить")
    await week.owner.tap("Название (Русский)")
    await week.answers("Месяц спокойствия")
    await week.owner.tap("Сохранить")
    await week.at("Тарифы и цены", "Новый тариф")
    asked = await week.answers("family", "Семейный", "Family", "499", "30", "0", "5")
    assert "[ Семейный · 499 ₽ ]" in asked
    await week.owner.tap("Начать продавать")
    assert "Семейный" in await week.at("Тарифы и цены")


async def _makes_a_code(week: Week) -> str:
    """Returns its link."""
    await week.at("Промокоды", "Новый код")
    await week.answers("hello50")
    await week.owner.tap("Скидка в процентах")
    await week.answers("50")
    for button in ("Без срока", "Всем клиентам", "Для всех тарифов", "Добавить код"):
        await week.owner.tap(button)
    return week.owner.copied(0)


async def _sells_by_the_code(week: Week, vera: ChatUser) -> None:
    assert "Код HELLO50 подходит: скидка 50 %" in plain(vera.text)
    await vera.tap("plans")
    offered = [plain(button.text) for button in vera.buttons]
    assert any("Месяц спокойствия" in one and "99,50 ₽ вместо 199 ₽" in one for one in offered)
    assert any("Семейный" in one and "499 ₽" in one for one in offered)
    await week.buys(vera, "sub_1m", "99,50 ₽")


async def _credits_nameless_money(week: Week, anna: ChatUser) -> None:
    """One transfer has Anna's comment in Cyrillic letters, another one has none."""
    chain = week.bot_harness.world.chain
    comment = await week.invoice(anna, "family")
    chain.deposit(COIN, comment.replace("B", "В"))
    chain.deposit(3 * COIN)
    await week.passes()
    assert any("Пришли деньги, чьи — неизвестно" in text for text in sees(week.owner))
    assert "Деньги без хозяина: 2" in await week.at("Без хозяина")
    await week.owner.tap("отдать")
    assert "Записано: 129" in plain(week.owner.text)
    await week.at("Без хозяина", "whose:")
    await week.answers(str(anna.user_id))
    await week.owner.tap("give_to:")
    await week.passes()
    assert any("Оплачено: Семейный" in text for text in sees(anna))
    assert "У всех платежей есть хозяин" in await week.at("Без хозяина")


async def _answers(week: Week, anna: ChatUser) -> None:
    week.bot_harness.drop_support_account()
    await anna.write("/start")
    await anna.tap("Помощь")
    await anna.tap("Написать в поддержку")
    await anna.write("Подойдёт для телевизора?")
    await week.passes()
    assert "Подойдёт для телевизора?" in sees(week.owner)[0]
    assert "без ответа: 1" in await week.at("Вопросы")
    await week.owner.tap("case:")
    await week.owner.tap("Ответить")
    await week.answers("Да, ключ тот же")
    await week.passes()
    assert "Да, ключ тот же" in sees(anna)[0]
    await week.at("Вопросы", "case:", "Закрыть")
    assert "Никто не ждёт" in await week.at("Вопросы")


async def _sends_a_broadcast(week: Week, readers: tuple[ChatUser, ...]) -> None:
    await week.at("Рассылки", "newcast:everyone")
    await week.answers(NEWS)
    await week.owner.tap("Кнопки под сообщением")
    await week.answers("Со скидкой - промокод hello50")
    preview = week.owner.messages[-2]
    assert preview.content.words.text == NEWS
    assert not [user for user in readers if NEWS in sees(user)]
    await week.owner.tap("Отправить")
    await week.passes()
    assert "Рассылка закончена" in sees(week.owner)[0]
    for user in readers:
        assert sees(user).count(NEWS) == 1
        assert user.newest.content == preview.content
    await readers[1].tap("Со скидкой")
    assert "Код HELLO50 подходит" in plain(readers[1].text)


async def _drains_a_panel(week: Week) -> None:
    """The keys of newcomers go elsewhere until the panel takes them again; a node that is off gets none either."""
    one, two = week.panel("one"), week.panel("two")
    before = len(one.accounts)
    await week.at("Панели", "panel:one", "Новых ключей сюда не давать")
    assert "продлеваются там же" in plain(week.owner.text)
    await week.owner.tap("Да, не давать")
    assert "новых ключей не берёт" in plain(week.owner.text)
    await week.at("Панели", "panel:two", "Узлы", "b")
    assert "новых ключей не получает" in plain(week.owner.text)
    there = set(two.accounts)
    for name in ("Борис", "Глеб"):
        await week.buys(await week.newcomer(name), "sub_1m", "199 ₽")
    assert len(one.accounts) == before
    new = [two.accounts[name].wanted for name in two.accounts.keys() - there]
    assert [account and account.groups for account in new] == [("in-c",)] * 2
    await week.at("Панели", "panel:one", "Снова давать новые ключи", "Да, давать")
    assert "берёт новые ключи" in plain(week.owner.text)
    await week.buys(await week.newcomer("Дарья"), "sub_1m", "199 ₽")
    assert len(one.accounts) == before + 1


async def _reads_the_figures(week: Week) -> None:
    figures = await week.at("Статистика")
    picture = week.owner.newest.content.photo
    assert picture is not None
    assert picture.data.startswith(PNG)
    # Four paid invoices: what was credited by hand paid none.
    assert "Выручка: 696,50 ₽ · оплат: 4" in figures
    assert "Новых клиентов: 6" in figures
    await week.owner.tap("Все цифры")
    assert "696,50 ₽" in plain(week.owner.text)


async def _reads_the_log(week: Week) -> None:
    """Newest first, over as many pages as there are."""
    log = await week.at("Кто что сделал")
    while any("Старше" in button.text for button in week.owner.buttons):
        await week.owner.tap("Старше")
        log += plain(week.owner.text)
    done = {
        "изменил тариф": 2, "добавил тариф": 1, "добавил промокод": 1, "отдал деньги без хозяина": 2,
        "написал клиенту": 1, "закрыл вопрос": 1, "запустил рассылку": 1, "изменил панель": 3,
    }  # fmt: skip
    assert {what: log.count(what) for what in done} == done
