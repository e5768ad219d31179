"""The gateway of Crypto Pay where its answers are missing, contradictory or refusals."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from orbit_adapters.cryptopay.gateway import CryptoPayGateway
from orbit_adapters.cryptopay.invoices import payload_of
from orbit_domain.money import EUR, USD, Money
from orbit_domain.payment.ports import GatewayUnavailable, MethodUnavailable
from orbit_testing.contracts.payment_gateway import opened_payment, request_payment
from tests.integration.gateways.cryptopay_account import CryptoPayAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[CryptoPayAccount]:
    async with open_account() as opened:
        yield opened


async def test_an_invoice_says_what_the_payment_says(account: CryptoPayAccount) -> None:
    """The provider gets the price in the shop's currency, our names of the payment, and its time, no shorter."""
    payment = await opened_payment(account)
    invoice = account.invoice_of(payment)
    assert (invoice.amount, invoice.fiat, invoice.description) == ("129", "RUB", payment.comment)
    assert invoice.expires_at == payment.expires_at
    assert (payment.external_id, payment.address) == (
        payment.id.hex,
        f"https://t.me/CryptoTestnetBot?start={invoice.hash}",
    )
    assert account.gateway.terms.window == timedelta(hours=1)


async def test_the_time_that_is_left_is_asked_for(account: CryptoPayAccount) -> None:
    """An invoice that is made later is open for what is left, and for a minute at least."""
    for number, (later_s, left_s) in enumerate(((600, 3000), (3599, 60), (7200, 60)), 1):
        payment = await request_payment(account, number)
        account.clock.advance(seconds=later_s)
        await account.gateway.open(payment)
        assert account.invoice_of(payment).expires_at == account.clock.at + timedelta(seconds=left_s)


async def test_another_currency_than_the_shops_is_refused(account: CryptoPayAccount) -> None:
    """A price in another currency is refused, and the provider is asked for nothing."""
    for base in (USD, EUR):
        with pytest.raises(MethodUnavailable, match=f"takes no {base.code}"):
            await account.gateway.quote(Money(12_900, base))
    assert account.sim.invoices == {}


@pytest.mark.parametrize("fault", ["cryptopay.timeout", "cryptopay.cut", "cryptopay.http_500"])
@pytest.mark.parametrize("failing_call", [1, 2, 3])
async def test_whichever_call_fails_there_is_one_invoice(
    account: CryptoPayAccount, fault: str, failing_call: int
) -> None:
    """Looking, making and looking again may each fail, done or not: the next attempt finds the one invoice."""
    payment = await request_payment(account)
    consume, asked = account.faults.consume, 0

    def at_that_call(name: str) -> bool:
        nonlocal asked
        asked += name == "cryptopay.timeout"
        return (name == fault and asked == failing_call) or consume(name)

    account.faults.consume = at_that_call  # type: ignore[method-assign]
    with pytest.raises(GatewayUnavailable):
        await account.gateway.open(payment)
    opened = await account.gateway.open(payment)
    assert opened.address.endswith(account.invoice_of(payment).hash)


async def test_one_process_makes_one_invoice(account: CryptoPayAccount) -> None:
    """Taps at once make one invoice, not several that are taken back."""
    payment = await request_payment(account)
    opened = await asyncio.gather(*(account.gateway.open(payment) for _ in range(5)))
    assert opened == [opened[0]] * 5
    assert account.sim.add_invoice("1").id == account.invoice_of(payment).id + 1


async def test_two_processes_keep_the_older_invoice(account: CryptoPayAccount) -> None:
    """Two processes that both made an invoice show the same one, and the other one is taken back."""
    payment = await request_payment(account)
    other = CryptoPayGateway(account.api, account.gateway.paid, account.source.base, account.clock)
    opened = await asyncio.gather(account.gateway.open(payment), other.open(payment))
    assert opened[0] == opened[1]
    assert opened[0].address.endswith(account.invoice_of(payment).hash)


async def test_an_invoice_over_another_amount_is_never_shown(account: CryptoPayAccount) -> None:
    """What the customer is asked for is what was quoted, or nothing."""
    payment = await request_payment(account)
    account.sim.add_invoice("1", payload=payload_of(payment))
    with pytest.raises(GatewayUnavailable, match="another amount"):
        await account.gateway.open(payment)
    assert len(account.sim.invoices) == 1


async def test_an_invoice_that_is_paid_already_is_found(account: CryptoPayAccount) -> None:
    """Opening a payment again, after its invoice was paid but never recorded, makes no second one to pay."""
    payment = await request_payment(account)
    opened = await account.gateway.open(payment)
    account.sim.pay(account.invoice_of(payment))
    assert await account.gateway.open(payment) == opened


async def test_older_invoices_are_not_searched(account: CryptoPayAccount) -> None:
    """An invoice is looked for among those made since the payment was requested, however many are older."""
    for _ in range(20):
        account.sim.add_invoice("5")
    account.clock.advance(hours=1)
    account.faults.turn_on("cryptopay.shuffle")
    await account.gateway.open(await request_payment(account))
    assert account.faults.consumed["cryptopay.shuffle"] == 2


async def test_cancelling_takes_the_invoice_back(account: CryptoPayAccount) -> None:
    """Nobody can pay it any more; one that is paid stays, and so do those of other payments."""
    first, second = await opened_payment(account, 1), await opened_payment(account, 2)
    await account.gateway.cancel(first)
    account.sim.pay(account.invoice_of(second))
    await account.gateway.cancel(second)
    assert [invoice.payload for invoice in account.sim.invoices.values()] == [payload_of(second)]


async def test_refusals_and_other_pages(account: CryptoPayAccount) -> None:
    """A refusal makes the method unavailable; a page is Telegram's, or the sandbox's on this machine."""
    payment = await request_payment(account)
    account.sim.page_url = "https://evil.example/"
    with pytest.raises(GatewayUnavailable, match="page"):
        await account.gateway.open(payment)
    account.sim.page_url = "http://127.0.0.1:8090/cryptopay/pay/"
    assert (await account.gateway.open(payment)).address.startswith(account.sim.page_url)
    async with open_account(token=SecretStr("12345:canary-token-of-somebody-else")) as wrong:
        with pytest.raises(MethodUnavailable, match="UNAUTHORIZED") as refused:
            await wrong.gateway.open(payment)
        with pytest.raises(GatewayUnavailable, match="UNAUTHORIZED") as failed:
            await wrong.gateway.cancel(payment)
    assert "canary" not in repr(refused.value) + repr(failed.value) + repr(failed.value.__context__)


async def test_looking_up_believes_no_contradiction(account: CryptoPayAccount) -> None:
    """A payment in the future, or one that is shown in two ways, is no answer; afterwards it is found."""
    payment = await opened_payment(account)
    assert await account.gateway.look_up(payment) == ()
    account.sim.pay(account.invoice_of(payment))
    for fault, expected in (("cryptopay.future", "time_ahead"), ("cryptopay.timeout", "no whole answer")):
        account.faults.turn_on(fault)
        with pytest.raises(GatewayUnavailable, match=expected):
            await account.gateway.look_up(replace(payment))
        account.heal()
    (record,) = await account.gateway.look_up(payment)
    assert (record.amount, record.invoice_id) == (payment.quote.due, payment.external_id)
