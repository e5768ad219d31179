"""The sandbox serves YooKassa beside its other simulators: a tester pays on its page."""

from types import SimpleNamespace

import httpx

from orbit_adapters.yookassa.api import YooKassaApi
from orbit_adapters.yookassa.gateway import YooKassaGateway
from orbit_domain.payment.source_record import Meaning
from orbit_sandbox.app import YOOKASSA_PATH, sandbox_app
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.yookassa.payer import YooKassaScenario
from orbit_testing.contracts.payment_gateway import opened_payment
from tests.integration.gateways.yookassa_account import SETTINGS


async def test_a_tester_pays_on_the_page() -> None:
    """The page that the bot's button opens takes the money, by one attempt or by two, and the shop sees it."""
    sandbox = Sandbox()
    sandbox.yookassa.url = f"http://127.0.0.1{YOOKASSA_PATH}"
    settings = SETTINGS.model_copy(update={"api_url": sandbox.yookassa.url})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox_app(sandbox))) as http:
        gateway = YooKassaGateway(settings, YooKassaApi(settings, http), sandbox.clock)
        payment = await opened_payment(SimpleNamespace(gateway=gateway, clock=sandbox.clock))  # type: ignore[arg-type]
        assert "No real money" in (await http.get(payment.address)).text
        paid = await http.post(f"{payment.address}/{YooKassaScenario.TWICE}")
        records = await gateway.look_up(payment)
    assert (paid.status_code, paid.headers["location"]) == (303, payment.address)
    assert [(record.amount.units, record.meaning) for record in records] == [(12_900, Meaning.DEPOSIT)] * 2
