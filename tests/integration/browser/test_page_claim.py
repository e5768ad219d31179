"""Paid without the comment, on the page of `make demo`: the customer claims, the owner approves in another chat."""

from pathlib import Path

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.sandbox_page import SandboxPage, open_browser_page
from tests.support.empty_shop import put_empty_shop


async def test_a_tester_plays_a_claim(tmp_path: Path) -> None:
    """The wallet pays without a comment, the link of the page is claimed, and the owner's tap buys the month."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    owner = sandbox.telegram.add_customer("Хозяйка", "ru", "owner")
    sandbox.telegram.press_start(owner.id)
    async with open_environment(sandbox, tmp_path, 0, owner.id) as environment, open_browser_page() as page:
        customer = Customer(sandbox, environment.storage, anna.id)
        sandbox_page = SandboxPage(page, environment.address)
        await sandbox_page.open()
        await customer.until_scanned()
        await sandbox_page.request_invoice("Купить")
        await page.get_by_test_id("pay-no-comment").click()
        transfer = page.get_by_test_id("copy-transfer-link").first
        link = await transfer.get_attribute("title")
        assert link is not None
        await sandbox_page.key("Я оплатил").click()
        await sandbox_page.key("Я платил без комментария").click()
        await sandbox_page.bubble("Какой перевод ваш").wait_for()
        await page.get_by_test_id("composer").fill(link)
        await page.keyboard.press("Enter")
        await sandbox_page.bubble("Передали владельцу").wait_for()

        await page.get_by_test_id(f"customer-{owner.id}").click()
        await sandbox_page.bubble("платил без комментария").wait_for()
        await sandbox_page.key("Отдать: @anna").click()
        await sandbox_page.bubble("Записано").wait_for()
        await customer.until_delivered()
        await page.get_by_test_id(f"customer-{anna.id}").click()
        await sandbox_page.bubble("Оплачено: 1 месяц").wait_for()
        assert (await AuditLedger(environment.storage)()).findings == ()
