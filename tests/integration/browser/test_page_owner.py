"""The owner's first week on the page of `make demo`: by buttons and typed answers, beside a customer's chat."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import expect

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import TIMEOUT_MS, SandboxPage, open_browser_page
from tests.support.empty_shop import put_empty_shop

NEWS = "Скидка недели уже в боте"
LOADED = "image => image.decode().then(() => image.naturalWidth)"


@dataclass
class PageOwner:
    """A tester at the page who plays the owner and, now and then, a customer."""

    sandbox_page: SandboxPage
    owner_id: int

    async def turn_to(self, person: int) -> None:
        """Show that person's chat."""
        await self.sandbox_page.page.get_by_test_id(f"customer-{person}").click()

    async def say(self, text: str, answer: str) -> None:
        """Type *text*, and wait until the bot says *answer*."""
        await self.sandbox_page.page.get_by_test_id("composer").fill(text)
        await self.sandbox_page.page.keyboard.press("Enter")
        await self.sees(answer)

    async def press(self, button: str, answer: str) -> None:
        """Press the newest *button*, and wait until the bot says *answer*."""
        await self.sandbox_page.key(button).click()
        await self.sees(answer)

    async def sees(self, words: str) -> None:
        """Wait for a message of the bot that says *words*."""
        await self.sandbox_page.bubble(words).wait_for()

    async def opens(self, button: str, answer: str) -> None:
        """In the owner's chat, go from the command through *button*."""
        await self.turn_to(self.owner_id)
        await self.say("/admin", "Управление")
        await self.press(button, answer)


async def test_the_owners_week_on_the_page(tmp_path: Path) -> None:
    """A price, a code, nameless money, an answer, a broadcast, a drained panel, the figures and the log."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    owner_id = sandbox.telegram.add_customer("Хозяйка", "ru", "owner").id
    async with open_environment(sandbox, tmp_path, 0, owner_id) as environment, open_browser_page() as page:
        await page.goto(environment.address)
        owner = PageOwner(SandboxPage(page, environment.address), owner_id)
        await owner.turn_to(owner_id)
        await owner.say("/start", "Здравствуйте")
        await _sets_a_price_and_makes_a_code(owner)
        anna = Customer(sandbox, environment.storage, sandbox.telegram.add_customer("Анна", "ru", "anna").id)
        await anna.until_scanned()
        await owner.turn_to(anna.id)
        await owner.say("/start promo_HELLO50", "подходит: скидка 50 %")
        await _gives_claimed_money(owner, anna)
        await _answers(owner, anna)
        await _sends_a_broadcast(owner, anna)
        await _drains(owner)
        await _reads_the_figures(owner)
        assert (await AuditLedger(environment.storage)()).findings == ()


async def _sets_a_price_and_makes_a_code(owner: PageOwner) -> None:
    await owner.opens("Тарифы и цены", "129 ₽")
    await owner.press("1 месяц", "Клиенты видят")
    await owner.press("Цена", "Пришлите цену")
    await owner.say("199", "129 ₽ → 199 ₽")
    await owner.press("Сохранить", "Цена: 199 ₽")
    await owner.opens("Промокоды", "Промокодов пока нет")
    await owner.press("Новый код", "Пришлите код")
    await owner.say("hello50", "Что он даёт?")
    await owner.press("Скидка в процентах", "Пришлите скидку в процентах")
    await owner.say("50", "последний день")
    await owner.press("Без срока", "скольким клиентам")
    await owner.press("Всем клиентам", "Для каких он тарифов")
    await owner.press("Для всех тарифов", "Каждый клиент воспользуется им один раз")
    await owner.press("Добавить код", "HELLO50: действует")


async def _gives_claimed_money(owner: PageOwner, anna: Customer) -> None:
    """The wallet pays without a comment, the link of the page is claimed, and the owner's tap buys the month."""
    page = owner.sandbox_page.page
    await owner.press("Тарифы", "Выберите тариф")
    await owner.press("1 месяц", "99,50 ₽")
    await owner.press("TON (GRAM)", "ORB")
    await page.get_by_test_id("pay-no-comment").click()
    link = await page.get_by_test_id("copy-transfer-link").first.get_attribute("title")
    assert link is not None
    await owner.sandbox_page.key("Я оплатил").click()
    await owner.press("Я платил без комментария", "Какой перевод ваш")
    await owner.say(link, "Передали владельцу")
    await owner.turn_to(owner.owner_id)
    await owner.sees("платил без комментария")
    await owner.press("Отдать: @anna", "Записано")
    await anna.until_delivered()
    await owner.turn_to(anna.id)
    await owner.sees("Оплачено: 1 месяц")


async def _answers(owner: PageOwner, anna: Customer) -> None:
    await owner.say("/help", "Не подключается")
    await owner.press("Написать в поддержку", "О чём хотите спросить")
    await owner.say("Подойдёт для телевизора?", "Ваш вопрос у нас")
    await owner.opens("Вопросы", "без ответа: 1")
    await owner.press("@anna", "Подойдёт для телевизора?")
    await owner.press("Ответить", "Что ответить клиенту")
    await owner.say("Да, ключ тот же", "Ответ отправлен")
    await owner.turn_to(anna.id)
    await owner.sees("Да, ключ тот же")


async def _sends_a_broadcast(owner: PageOwner, anna: Customer) -> None:
    await owner.opens("Рассылки", "Рассыл")
    await owner.press("Все ·", "Кому: Все")
    await owner.say(NEWS, "Выше — то, что получит каждый")
    await owner.press("Отправить", "Рассылка закончена")
    await owner.turn_to(anna.id)
    await owner.sees(NEWS)


async def _drains(owner: PageOwner) -> None:
    await owner.opens("Панели", "берёт новые ключи")
    await owner.press("main", "Узлы")
    await owner.press("Новых ключей сюда не давать", "Больше ни одна панель")
    await owner.press("Да, не давать", "новых ключей не берёт")


async def _reads_the_figures(owner: PageOwner) -> None:
    # The only money was given by hand, so it paid no invoice.
    await owner.opens("Статистика", "не оплачено ни одного счёта")
    picture = owner.sandbox_page.bubble("Новых клиентов").locator("img")
    assert await picture.evaluate(LOADED) > 100
    await owner.opens("Кто что сделал", "изменил панель")
    log = owner.sandbox_page.bubble("Кто что сделал")
    for done in ("изменил тариф", "добавил промокод", "написал клиенту", "запустил рассылку"):
        await expect(log).to_contain_text(done, timeout=TIMEOUT_MS)
