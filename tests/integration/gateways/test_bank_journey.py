"""Buying with the bank: the shop's own wiring, its database, and the simulators over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from dishka import AsyncContainer

from orbit_adapters.sandbox_bank.gateway import BANK_METHOD
from orbit_adapters.sandbox_bank.webhook import PATH
from orbit_domain.ids import Nonce, PlanCode, TelegramId
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.ports import Link, MethodUnavailable
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.open_checkout import Checkout, OpenCheckout
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_entry.config.process import ALL_ROLES, ProcessRole
from orbit_entry.config.reading import shop_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import INTERVALS, sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.web.server import serving
from orbit_entry.wiring.container import shop_container
from orbit_entry.worker.jobs import Jobs
from orbit_sandbox.app import BANK_PATH, sandbox_app
from orbit_sandbox.bank.push import bank_push
from orbit_sandbox.sandbox import Sandbox
from tests.support.empty_shop import put_empty_shop

ANNA = TelegramId(42)
PRICE = 12_900


@dataclass
class BankShop:
    """A shop without a bot: its use cases, its jobs, and the sandbox around it."""

    sandbox: Sandbox
    settings: Settings
    container: AsyncContainer

    async def checkout(self) -> Checkout:
        """Anna chooses a month."""
        open_checkout = await self.container.get(OpenCheckout)
        return await open_checkout(ANNA, PlanCode("sub_1m"), Nonce("1"))

    async def request(self) -> PaymentView:
        """Anna chooses to pay it with the bank."""
        request = await self.container.get(RequestPayment)
        return await request(ANNA, (await self.checkout()).order.id, BANK_METHOD)

    def pay(self, payment: Payment, kopecks: int) -> None:
        """Anna pays on the bank's page."""
        self.sandbox.bank.pay(payment.external_id or "", kopecks)

    async def check(self, payment: Payment) -> PaymentView:
        """Anna taps "I have paid"."""
        return await (await self.container.get(CheckPayment))(ANNA, payment.id)

    async def work(self) -> None:
        """One round of the jobs that move money and keys."""
        jobs = await self.container.get(Jobs)
        await jobs.read_and_settle()
        await jobs.expire_payments()
        await jobs.read_and_settle()
        await jobs.provision_keys()

    async def payment(self) -> Payment:
        """Anna's newest payment."""
        async with (await self.container.get(Storage)).transaction() as tx:
            return (await tx.payments.of_user(ANNA, 1))[0]

    async def order(self) -> Order:
        """Anna's newest order."""
        async with (await self.container.get(Storage)).transaction() as tx:
            return (await tx.orders.newest(ANNA, 1))[0]

    async def balance(self) -> int:
        """Kopecks on Anna's balance, in a ledger that balances."""
        storage = await self.container.get(Storage)
        assert (await AuditLedger(storage)()).findings == ()
        async with storage.transaction() as tx:
            user = await tx.users.get(ANNA)
        assert user is not None
        return user.balance.units


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[BankShop]:
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        sandbox.bank.url = address + BANK_PATH
        settings = shop_settings(sandbox_settings(address, sandbox, tmp_path, None))
        await put_empty_shop(tmp_path / "orbit.db")
        container = shop_container(settings, sandbox.clock, ALL_ROLES)
        try:
            await (await container.get(SeedShop))()
            await (await container.get(RegisterUser))(ANNA, "anna", "ru")
            opened = BankShop(sandbox, settings, container)
            await opened.work()
            yield opened
        finally:
            await container.close()


async def opened(shop: BankShop) -> Payment:
    """Anna's payment, requested and shown."""
    await shop.request()
    return await shop.payment()


async def test_the_checkout_offers_the_bank_at_the_price_itself(shop: BankShop) -> None:
    """Both ways to pay are offered; the bank asks for exactly the price, on its own page."""
    checkout = await shop.checkout()
    assert [(offer.method, offer.due.units) for offer in checkout.offers][1] == (BANK_METHOD, PRICE)
    view = await shop.request()
    payment = await shop.payment()
    assert isinstance(view.instructions, Link)
    assert view.instructions.url == payment.address == f"{shop.sandbox.bank.url}/pay/{payment.external_id}"


async def test_half_then_the_rest_is_delivered(shop: BankShop) -> None:
    """Half is kept and the rest is asked for; with the rest the key is made, and nothing is left over."""
    payment = await opened(shop)
    shop.pay(payment, PRICE // 2)
    view = await shop.check(payment)
    assert (view.received.units, view.missing.units) == (PRICE // 2, PRICE // 2)
    assert (await shop.order()).state is OrderState.OPEN
    shop.pay(payment, PRICE // 2)
    assert (await shop.check(payment)).payment.status is PaymentStatus.CONFIRMED
    await shop.work()
    assert (await shop.order()).state is OrderState.DELIVERED
    assert await shop.balance() == 0


async def test_taps_and_jobs_at_once_credit_once(shop: BankShop) -> None:
    """Looking up and reading at the same moment book the payment once."""
    payment = await opened(shop)
    shop.pay(payment, PRICE)
    await asyncio.gather(*(shop.check(payment) for _ in range(4)), shop.work(), shop.work())
    assert (await shop.order()).state in {OrderState.PAID, OrderState.DELIVERED}
    assert await shop.balance() == 0


async def test_paid_twice_leaves_the_second_on_the_balance(shop: BankShop) -> None:
    """What is above the amount due is worth itself: the base currency needs no rate from elsewhere."""
    payment = await opened(shop)
    shop.pay(payment, PRICE)
    shop.pay(payment, PRICE + 50)
    await shop.work()
    assert (await shop.order()).state is OrderState.DELIVERED
    assert await shop.balance() == PRICE + 50


async def test_a_kopeck_short_is_short(shop: BankShop) -> None:
    """The bank's payments have no tolerance."""
    payment = await opened(shop)
    shop.pay(payment, PRICE - 1)
    assert (await shop.check(payment)).missing.units == 1


async def test_paid_days_late_is_still_the_customers(shop: BankShop) -> None:
    """After window and grace the money is worth itself all the same, and pays the order that still waits."""
    payment = await opened(shop)
    shop.sandbox.clock.advance(timedelta(days=2))
    await shop.work()
    assert (await shop.payment()).status is PaymentStatus.EXPIRED
    shop.pay(payment, PRICE)
    await shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_paid_after_cancelling_goes_to_the_balance(shop: BankShop) -> None:
    """The bank is told to stop asking; what is paid all the same is on the balance."""
    payment = await opened(shop)
    await (await shop.container.get(CancelPayment))(ANNA, payment.id)
    assert shop.sandbox.bank.invoice(payment.external_id or "").is_cancelled
    shop.pay(payment, PRICE)
    await shop.work()
    assert (await shop.order()).state is OrderState.OPEN
    assert await shop.balance() == PRICE


@pytest.mark.parametrize("fault", ["bank.timeout", "bank.cut", "bank.http_500"])
async def test_a_bank_that_fails_makes_one_invoice_in_the_end(shop: BankShop, fault: str) -> None:
    """A request that failed is shown as unavailable; asked again, the same payment gets its one invoice."""
    shop.sandbox.faults.turn_on(fault, 1)
    with pytest.raises(MethodUnavailable):
        await shop.request()
    first = await shop.payment()
    payment = await opened(shop)
    assert (payment.id, list(shop.sandbox.bank.invoices)) == (first.id, [payment.external_id])
    shop.pay(payment, PRICE)
    await shop.work()
    assert (await shop.order()).state is OrderState.DELIVERED


async def test_a_lost_webhook_loses_no_money(shop: BankShop) -> None:
    """The webhook is a hint: with it the news is in the inbox, without it the list says the same."""
    web_settings = shop.settings.model_copy(update={"web_port": await _free_port()})
    payment = await opened(shop)
    web = run_process(web_settings, shop.sandbox.clock, INTERVALS, frozenset({ProcessRole.WEB}))
    async with web, httpx.AsyncClient() as http:
        push = bank_push(shop.sandbox.bank, shop.sandbox.faults)
        shop.sandbox.faults.turn_on("bank.webhook_lost", 1)
        for _ in range(2):
            shop.pay(payment, PRICE // 2)
        shop.sandbox.bank.webhook_url = f"http://127.0.0.1:{web_settings.web_port}{PATH}"
        assert [await push.send_next(http), await push.send_next(http)] == [True, True]
        shop.sandbox.bank.webhook_url = None
    async with (await shop.container.get(Storage)).transaction() as tx:
        (entry,) = await tx.inbox.newest(10)
    assert (entry.source, shop.sandbox.bank.receipts[1].id in entry.payload) == ("bank:orbit", True)
    await shop.work()
    assert (await shop.order()).state is OrderState.DELIVERED
    assert await shop.balance() == 0


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        return int(server.sockets[0].getsockname()[1])
