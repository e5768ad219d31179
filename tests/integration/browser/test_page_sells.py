"""A whole purchase on the page of `make demo`, clicked in headless Chromium."""

from pathlib import Path

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import SandboxPage, open_browser_page
from tests.support.empty_shop import put_empty_shop


async def test_a_person_buys_is_reminded_and_renews(tmp_path: Path) -> None:
    """Start, plan, TON, pay from the sandbox wallet, key with its QR, a day before the end, reminder, renewal."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    async with open_environment(sandbox, tmp_path, 0, None) as environment, open_browser_page() as page:
        customer = Customer(sandbox, environment.storage, anna.id)
        sandbox_page = SandboxPage(page, environment.address)
        await sandbox_page.open()
        await customer.until_scanned()
        await sandbox_page.request_invoice("Купить", "1 месяц")
        await _until_invoices(customer, 1)
        await sandbox_page.pay()
        await customer.until_delivered()
        link = sandbox_page.bubble(await customer.subscription_url())
        await link.wait_for()
        picture = link.locator("img")
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

        await page.get_by_test_id("clock-to-last-day").click()
        await sandbox_page.bubble("Меньше суток до конца подписки").wait_for()
        await customer.until_last_day()
        await sandbox_page.request_invoice("Продлить · доплатить")
        await _until_invoices(customer, 2)
        await sandbox_page.pay()
        await customer.until_delivered(2)

        await page.get_by_test_id("ledger-balanced").wait_for()
        assert (await AuditLedger(environment.storage)()).findings == ()


async def _until_invoices(customer: Customer, count: int) -> None:
    """Wait until the shop has *count* invoices: the wallet pays the latest one, and the chat still shows older ones."""

    async def created() -> bool:
        return len(await customer.payments()) == count

    await customer.until(f"invoice {count}", created)
