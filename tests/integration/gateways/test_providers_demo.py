"""The demo serves Crypto Pay and YooKassa: customers buy with them, and their news reaches the shop."""

from pathlib import Path

import httpx
import pytest

from orbit_adapters.cryptopay.gateway import CRYPTOPAY_METHOD
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD
from orbit_domain.payment.payment import Method
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.cryptopay.sim_cryptopay import APP_ID
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.yookassa.sim_yookassa import SHOP_ID
from tests.integration.gateways.demo_invoices import request_invoice
from tests.support.empty_shop import put_empty_shop

PATIENCE_S = 120


@pytest.mark.parametrize(
    ("method", "source", "way"),
    [
        (CRYPTOPAY_METHOD, f"cryptopay:testnet:{APP_ID}", "USDT"),
        (YOOKASSA_METHOD, f"yookassa:{SHOP_ID}", "sbp"),
    ],
)
async def test_the_demo_sells_with_each_provider(tmp_path: Path, method: Method, source: str, way: str) -> None:
    """The invoice leads to the provider's page, what is paid there is delivered, and the news is in the inbox."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Anna", "en")
    async with open_environment(sandbox, tmp_path, 0, None) as environment, httpx.AsyncClient() as http:
        customer = Customer(sandbox, environment.storage, anna.id, PATIENCE_S)
        payment = await request_invoice(customer, method, source)
        page = await http.get(payment.address)
        paid = await http.post(f"{payment.address}/{way}", follow_redirects=True)
        await customer.until_delivered()

        async def is_told() -> bool:
            async with environment.storage.transaction() as tx:
                return len(await tx.inbox.newest(10)) >= 1

        await customer.until("the provider's news in the inbox", is_told)
        assert (await AuditLedger(environment.storage)()).findings == ()
    assert (payment.method, page.status_code, paid.status_code) == (method, 200, 200)
