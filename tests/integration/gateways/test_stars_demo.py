"""The demo sells for Stars: real processes over HTTP, with updates by polling and by webhook."""

from pathlib import Path

import httpx
import pytest

from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import STARS_METHOD
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.config.reading import shop_settings
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment, sandbox_settings
from orbit_entry.doctor.outside import OutsideChecks
from orbit_sandbox.sandbox import BOT_TOKEN, Sandbox
from tests.support.empty_shop import put_empty_shop

PATIENCE_S = 120


@pytest.mark.parametrize("pushed", [False, True], ids=["polling", "webhook"])
async def test_the_demo_sells_for_stars(tmp_path: Path, pushed: bool) -> None:
    """The button of the invoice pays in the page; the key is delivered, the owner isn't alerted, the doctor counts."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna, owner = (sandbox.telegram.add_customer(name, "en") for name in ("Anna", "Olga"))
    sandbox.telegram.press_start(owner.id)
    async with open_environment(sandbox, tmp_path, 0, owner.id, pushed=pushed) as environment:
        customer = Customer(sandbox, environment.storage, anna.id, PATIENCE_S)
        url = await _invoice_link(customer)
        async with httpx.AsyncClient() as http:
            pays = f"{environment.address}/sandbox/pay_link"
            wrong = await http.post(pays, json={"customer": anna.id, "url": f"{url}x"})
            paid = await http.post(pays, json={"customer": anna.id, "url": url})
            await customer.until_delivered()
            settings = shop_settings(sandbox_settings(environment.address, sandbox, tmp_path, owner.id))
            stars = next(one for one in settings.plugins if STARS_METHOD in one.plugin.methods)
            (row,) = await OutsideChecks(settings, SystemClock(), http).payment_method(stars)
        (payment,) = await customer.payments()
        async with environment.storage.transaction() as tx:
            recorded = {entry.external_id.partition(":")[0] for entry in await tx.inbox.newest(10)}
            told = await tx.outbox.of_user(TelegramId(owner.id), 10)
        assert (await AuditLedger(environment.storage)()).findings == ()
    assert [wrong.status_code, paid.status_code] == [409, 200]
    assert (payment.method, payment.quote.due.units) == (STARS_METHOD, 96)
    assert recorded == {"approved", "paid"}
    assert [message.notice.kind for message in told if "money" in message.notice.kind] == []
    assert (row.ok, row.seen) == (True, "one is 1.35 RUB; the bot holds 96; plans of 30 days as subscriptions, too")
    assert BOT_TOKEN not in row.seen


async def _invoice_link(customer: Customer) -> str:
    """Go from /start to an invoice in Stars; the link on its button."""
    sandbox = customer.sandbox
    sandbox.telegram.press_start(customer.id)
    await customer.until_scanned()

    async def is_read() -> bool:
        async with customer.storage.transaction() as tx:
            cursor = await tx.cursors.get(f"stars:{sandbox.telegram.bot_id}")
        return cursor is not None and cursor.watermark is not None

    await customer.until("the list of transactions read to its end", is_read)
    await customer.tap("plans")
    await customer.tap("buy:sub_1m")
    _, data = await customer.button("pay:")
    await customer.tap(f"{data.rpartition(':')[0]}:{STARS_METHOD}")

    def links() -> list[str]:
        messages = sandbox.telegram.chats[customer.id].messages.values()
        return [key.data for one in messages for row in one.content.keyboard for key in row if key.kind == "url"]

    async def is_shown() -> bool:
        return any(link.startswith("https://t.me/$") for link in links())

    await customer.until("an invoice in Stars", is_shown)
    return next(link for link in links() if link.startswith("https://t.me/$"))
