"""The page of `make demo` sells: a person clicks through a whole purchase in headless Chromium."""

from pathlib import Path

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.browser.visit import Visit, browsing


async def test_a_person_buys_is_reminded_and_renews(tmp_path: Path) -> None:
    """Start, plan, TON, pay from the sandbox wallet, key with its QR, a day before the end, reminder, renewal."""
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Анна", "ru", "anna")
    async with open_environment(sandbox, tmp_path, 0, None) as stage, browsing() as page:
        customer = Customer(sandbox, stage.storage, anna.id)
        visit = Visit(page, stage.address)
        await visit.arrive()
        await customer.until_watched()
        await visit.ask_for_bill("Купить")
        await _until_bills(customer, 1)
        await visit.pay()
        await customer.until_delivered()
        link = visit.bubble(await customer.subscription_url())
        await link.wait_for()
        picture = link.locator("img")
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

        await page.get_by_test_id("clock-to-last-day").click()
        await visit.bubble("Меньше суток до конца подписки").wait_for()
        await customer.until_last_day()
        await visit.ask_for_bill("Продлить")
        await _until_bills(customer, 2)
        await visit.pay()
        await customer.until_delivered(2)

        await page.get_by_test_id("ledger-balanced").wait_for()
        assert (await AuditLedger(stage.storage)()).findings == ()


async def _until_bills(customer: Customer, count: int) -> None:
    """The wallet pays the newest bill: wait until it is there, for an older one still stands in the chat."""

    async def asked() -> bool:
        return len(await customer.payments()) == count

    await customer.until(f"bill {count}", asked)
