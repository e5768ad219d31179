"""One purchase in three transfers on the page of `make demo`: its invoice is one message that says the truth."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.payer import PaymentScenario, WalletInvoice, pay
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import TIMEOUT_MS, SandboxPage, open_browser_page
from tests.support.empty_shop import put_empty_shop

INVITATION = "Отправьте"


@dataclass
class Purchase:
    """A customer in front of the invoice for one month."""

    sandbox_page: SandboxPage
    customer: Customer

    async def invoice(self) -> Locator:
        """The invoice's bubble, which stays the same element whatever it says."""
        number = await self.sandbox_page.bubble("ORB").get_attribute("data-id")
        return self.sandbox_page.page.locator(f'[data-testid="bubble"][data-id="{number}"]')

    async def send_quarter(self) -> None:
        """Send a quarter of the amount from the wallet: too little once more."""
        (payment,) = await self.customer.payments()
        due = payment.quote.due
        quarter = WalletInvoice(
            replace(due, units=due.units // 4), payment.comment, payment.expires_at - payment.created_at
        )
        pay(self.customer.sandbox, self.customer.id, quarter, PaymentScenario.EXACT)

    def invitations(self) -> Locator:
        """Every bubble that asks for money."""
        return self.sandbox_page.page.get_by_test_id("bubble").filter(has_text=INVITATION)

    def cancel_buttons(self) -> Locator:
        """Every button that cancels an invoice."""
        return self.sandbox_page.page.get_by_test_id("key").filter(has_text="Отменить")


@pytest.fixture
async def purchase(tmp_path: Path) -> AsyncIterator[Purchase]:
    """The page of a running shop, and its customer's newest invoice on it."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    async with open_environment(sandbox, tmp_path, 0, None) as environment, open_browser_page() as page:
        customer = Customer(sandbox, environment.storage, anna.id)
        sandbox_page = SandboxPage(page, environment.address)
        await sandbox_page.open()
        await customer.until_scanned()
        await sandbox_page.request_invoice("Купить", "1 месяц")
        yield Purchase(sandbox_page, customer)


async def test_a_purchase_in_parts_has_one_invoice(purchase: Purchase) -> None:
    """Half, then too little again, then enough: the one message shows what is left, and at last asks for nothing.

    The home button of the key message leaves all of them where they are.
    """
    invoice, page = await purchase.invoice(), purchase.sandbox_page.page
    qr = await invoice.locator("img").get_attribute("src")
    await expect(invoice).to_contain_text("ровно")
    await expect(purchase.invitations()).to_have_count(1)
    await expect(purchase.cancel_buttons()).to_have_count(1)

    await page.get_by_test_id("pay-half").click()
    await expect(invoice).to_contain_text("Получена часть", timeout=TIMEOUT_MS)
    half = await invoice.inner_text()
    assert "ровно" not in half
    assert await invoice.locator("img").get_attribute("src") != qr
    await expect(purchase.invitations()).to_have_count(1)

    await purchase.send_quarter()
    await expect(invoice).not_to_have_text(half, use_inner_text=True, timeout=TIMEOUT_MS)
    await expect(invoice).to_contain_text("Получена часть")
    await expect(purchase.invitations()).to_have_count(1)

    await page.get_by_test_id("pay-exact").click()
    await expect(invoice).to_contain_text("Деньги получены", timeout=TIMEOUT_MS)
    await purchase.customer.until_delivered()
    await expect(invoice).to_contain_text("Деньги получены")
    await expect(purchase.cancel_buttons()).to_have_count(0)
    await expect(purchase.invitations()).to_have_count(0)
    await expect(page.get_by_test_id("bubble").filter(has_text="Оплачено: 1 месяц")).to_have_count(1)
    await home_leaves_key_and_receipt(purchase)


async def home_leaves_key_and_receipt(purchase: Purchase) -> None:
    """The home button of the key message opens a message below; invoice, receipt and key with its QR code stay."""
    page = purchase.sandbox_page.page
    key = purchase.sandbox_page.bubble("Ключ готов")
    await key.wait_for()
    before = await page.get_by_test_id("bubble").count()
    await page.get_by_test_id("key").filter(has_text="На главную").last.click()
    await expect(page.get_by_test_id("bubble")).to_have_count(before + 1, timeout=TIMEOUT_MS)
    assert await key.locator("img").is_visible()
    for words in ("Оплачено: 1 месяц", "Деньги получены"):
        assert await page.get_by_test_id("bubble").filter(has_text=words).count() == 1
