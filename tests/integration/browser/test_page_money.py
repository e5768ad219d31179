"""Every way to pay on the page of `make demo`: the page says in words where the money is, also after a refund."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import DemoEnvironment, open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import TIMEOUT_MS, SandboxPage, open_browser_page
from tests.support.empty_shop import put_empty_shop

BOUGHT = "куплена подписка"
PART = "пришла часть, ждём остаток"
GIVEN_BACK = "возвращены на баланс"
SENT_BACK = "отправлены обратно"
UNMATCHED = "ничьи: ждут решения владельца"
PATIENCE_S = 60


@dataclass
class PageUser:
    """A tester at the page who plays several customers."""

    sandbox_page: SandboxPage
    environment: DemoEnvironment

    async def play(self, name: str) -> Customer:
        """A new customer on the home screen, in front of the tester."""
        added = self.environment.sandbox.telegram.add_customer(name, "ru")
        customer = Customer(self.environment.sandbox, self.environment.storage, added.id, PATIENCE_S)
        page = self.sandbox_page.page
        await page.get_by_test_id(f"customer-{added.id}").click()
        # The large button of an empty chat: the small one is the last customer's.
        await page.get_by_test_id("start").filter(has_text="СТАРТ").click()
        await self.sandbox_page.key("Купить").wait_for()
        await customer.until_scanned()
        return customer

    async def choose(self, method: str, plan: str = "Купить") -> None:
        """Go from the home screen to the invoice by the method of that label."""
        await self.sandbox_page.key(plan).click()
        await self.sandbox_page.key("1 месяц").click()
        await self.sandbox_page.key(method).click()

    async def wallet(self, scenario: str) -> None:
        """Press a button of the customer's wallet."""
        await self.sandbox_page.page.get_by_test_id(f"pay-{scenario}").click()

    async def on_provider_page(self, button: str) -> None:
        """Open the provider's page by the link of the invoice, and press one of its buttons."""
        page = self.sandbox_page.page
        async with page.context.expect_page() as opened:
            await self.sandbox_page.bubble("на странице оплаты").get_by_role("link").click()
        provider = await opened.value
        await provider.get_by_role("button", name=button).click()
        await provider.close()

    def row(self, method: str) -> Locator:
        """The newest payment by *method* on the card that says where the money is."""
        return self.sandbox_page.page.get_by_test_id(f"money-{method}").first

    async def sees(self, method: str, where: str) -> None:
        """Wait until the card says that the money of the newest payment by *method* is *where*."""
        await expect(self.row(method).get_by_test_id("where")).to_have_text(where, timeout=PATIENCE_S * 1000)

    async def refunds(self, method: str) -> None:
        """Press the refund of the order and see that its price is on the balance again."""
        await self.row(method).get_by_test_id("refund-order").click()
        await self.sees(method, GIVEN_BACK)

    async def sends_back(self, method: str) -> None:
        """Press the button that sends the money of the newest payment by *method* back."""
        await self.row(method).get_by_test_id("refund-payment").click()

    async def findings(self) -> tuple[str, ...]:
        """What contradicts the ledger."""
        await expect(self.sandbox_page.page.get_by_test_id("ledger-balanced")).to_contain_text("Сходится")
        return (await AuditLedger(self.environment.storage)()).findings

    async def gets_it_back(self, method: str) -> None:
        """See that the money has bought, then goes to the balance, and then back to whoever paid."""
        await self.sees(method, BOUGHT)
        await self.refunds(method)
        await self.sends_back(method)
        await self.sees(method, SENT_BACK)

    async def is_told(self, words: str) -> None:
        """Wait for a note of the page."""
        note = self.sandbox_page.page.get_by_test_id("note").filter(has_text=words)
        await expect(note.first).to_be_visible(timeout=TIMEOUT_MS)


@pytest.fixture
async def user(tmp_path: Path) -> AsyncIterator[PageUser]:
    """The page of a running shop that sells by every method."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    async with open_environment(sandbox, tmp_path, 0, None) as environment, open_browser_page() as page:
        await page.goto(environment.address)
        yield PageUser(SandboxPage(page, environment.address), environment)


async def test_a_wallet_pays_in_each_wrong_way(user: PageUser) -> None:
    """Half, then enough; double; late; without a comment: each time the card says where the coins are."""
    await user.play("Анна")
    await user.choose("TON (GRAM)")
    await user.wallet("half")
    await user.sees("ton", PART)
    await user.wallet("exact")
    await user.sees("ton", BOUGHT)
    await user.refunds("ton")

    await user.play("Борис")
    await user.choose("TON (GRAM)")
    await user.wallet("double")
    await user.sees("ton", BOUGHT)
    await expect(user.sandbox_page.page.get_by_test_id("money-balance")).to_contain_text("129", timeout=TIMEOUT_MS)

    await user.play("Глеб")
    await user.choose("USDT")
    await user.wallet("exact")
    await user.sees("ton_usdt", BOUGHT)

    await user.play("Вера")
    await user.choose("TON (GRAM)")
    await user.wallet("no-comment")
    await expect(user.sandbox_page.page.get_by_test_id("money-unmatched")).to_contain_text(
        UNMATCHED, timeout=TIMEOUT_MS
    )
    await user.wallet("late")
    await user.wallet("late")
    await user.sees("ton", BOUGHT)
    assert await user.findings() == ()


async def test_each_provider_is_paid_and_refunds(user: PageUser) -> None:
    """Stars, CryptoBot, YooKassa and the bank: bought, given back to the balance, sent back by those that can."""
    await user.play("Анна")
    await user.choose("Telegram Stars")
    await user.sandbox_page.key("Оплатить").click()
    await user.gets_it_back("stars")

    await user.play("Борис")
    await user.choose("Карта, СБП, SberPay")
    await user.on_provider_page("СБП")
    await user.gets_it_back("yookassa")

    await user.play("Вера")
    await user.choose("Криптовалюта")
    await user.on_provider_page("USDT")
    await user.sees("cryptopay", BOUGHT)
    await user.refunds("cryptopay")
    await user.sends_back("cryptopay")
    await user.is_told("не умеет возвращать")
    await user.sees("cryptopay", GIVEN_BACK)

    await user.play("Глеб")
    await user.choose("Карта (песочница)")
    await user.sandbox_page.page.get_by_test_id("pay-bank-twice").click()
    await user.sees("bank", BOUGHT)
    await expect(user.sandbox_page.page.get_by_test_id("money-balance")).to_contain_text("129", timeout=TIMEOUT_MS)
    assert await user.findings() == ()
