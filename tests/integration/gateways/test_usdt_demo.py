"""The demo sells for USDT: a tester pays from the page's wallet, as people do and as they shouldn't."""

from pathlib import Path

from orbit_domain.money import USDT
from orbit_domain.payment.payment import USDT_METHOD
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import open_environment
from orbit_sandbox.payer import PaymentScenario
from orbit_sandbox.sandbox import INITIAL_USDT, Sandbox
from tests.integration.gateways.demo_invoices import request_invoice
from tests.support.empty_shop import put_empty_shop

PATIENCE_S = 120
DUE = 1_400_000
"""129 roubles at 92.50."""


async def test_the_demo_sells_for_usdt(tmp_path: Path) -> None:
    """The whole shop: invoice, transfer of twice as much, delivery; the surplus is on the balance."""
    await put_empty_shop(tmp_path / "orbit.db")
    sandbox = Sandbox()
    anna = sandbox.telegram.add_customer("Anna", "en")
    async with open_environment(sandbox, tmp_path, 0, None) as environment:
        customer = Customer(sandbox, environment.storage, anna.id, PATIENCE_S)
        payment = await request_invoice(customer, USDT_METHOD, sandbox.usdt_source)
        assert (payment.quote.due.units, payment.quote.asset) == (DUE, USDT)
        customer.pay(payment, PaymentScenario.DOUBLE)
        await customer.until_delivered()
        user = await customer.user()
        assert user is not None
        assert user.balance.units == 12_950
        assert sandbox.usdt.balance_of(sandbox.wallet_of(anna.id)) == INITIAL_USDT - 2 * DUE
        assert (await AuditLedger(environment.storage)()).findings == ()
