"""The demo serves the bank: a customer buys with it through the bot, and its news reaches the shop."""

from pathlib import Path

import httpx

from orbit_adapters.sandbox_bank.gateway import BANK_METHOD
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.sandbox import Sandbox
from tests.integration.gateways.demo_invoices import request_invoice
from tests.support.empty_shop import put_empty_shop

PATIENCE_S = 120


async def test_the_demo_sells_with_the_bank(tmp_path: Path) -> None:
    """The checkout has a button for the bank; what is paid there is delivered, and the webhook is in the inbox."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Anna", "en")
    async with open_environment(sandbox, tmp_path, 0, None) as environment:
        customer = Customer(sandbox, environment.storage, anna.id, PATIENCE_S)
        payment = await request_invoice(customer, BANK_METHOD, "bank:orbit")
        sandbox.bank.pay(payment.external_id or "", payment.quote.due.units)
        await customer.until_delivered()

        async def is_told() -> bool:
            async with environment.storage.transaction() as tx:
                return len(await tx.inbox.newest(10)) == 1

        await customer.until("the bank's news in the inbox", is_told)
        assert (await AuditLedger(environment.storage)()).findings == ()
    assert payment.method == BANK_METHOD


async def test_the_banks_page_and_the_control_panel_pay(tmp_path: Path) -> None:
    """The page behind the customer's link and the control panel both pay an invoice; only the panel's own page may."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Anna", "en")
    async with open_environment(sandbox, tmp_path, 0, None) as environment, httpx.AsyncClient() as http:
        customer = Customer(sandbox, environment.storage, anna.id, PATIENCE_S)
        nothing = await http.post(
            f"{environment.address}/sandbox/pay_bank", json={"customer": anna.id, "scenario": "half"}
        )
        payment = await request_invoice(customer, BANK_METHOD, "bank:orbit")
        due = payment.quote.due.units
        half = await http.post(f"{payment.address}/half", follow_redirects=True)
        foreign = await http.post(f"{payment.address}/half", headers={"Origin": "https://evil.example"})
        page = (await http.get(payment.address)).text
        rest = await http.post(
            f"{environment.address}/sandbox/pay_bank", json={"customer": anna.id, "scenario": "half"}
        )
        await customer.until_delivered()
        state = (await http.get(f"{environment.address}/sandbox/state", params={"customer": anna.id})).json()
    assert [answer.status_code for answer in (nothing, half, foreign, rest)] == [409, 200, 403, 200]
    assert "64.50 ₽" in page
    assert state["wallet"]["open_payment"] is None
    assert state["bank"]["open_payment"] == {
        "amount": str(due), "received": str(due), "url": payment.address, "status": "confirmed"
    }  # fmt: skip
