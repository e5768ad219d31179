"""The bank's gateway where its answers are missing, contradictory or refusals."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from orbit_domain.money import EUR, USD, Money, rub
from orbit_domain.payment.ports import GatewayUnavailable, MethodUnavailable, RefundRefused
from orbit_testing.contracts.payment_gateway import opened_payment, request_payment
from tests.integration.gateways.bank_account import BankAccount, open_account


async def test_an_invoice_says_what_the_payment_says(account: BankAccount) -> None:
    """The bank gets the amount, our name of the payment and its comment, and asks no shorter than was promised."""
    payment = await opened_payment(account)
    (invoice,) = account.bank.invoices.values()
    assert (invoice.id, invoice.amount, invoice.currency) == (payment.external_id, 12_900, "RUB")
    assert (invoice.reference, invoice.note) == (str(payment.id), payment.comment)
    assert invoice.expires_at >= payment.expires_at.timestamp()


async def test_the_terms_are_the_banks(account: BankAccount) -> None:
    """An hour to pay, no kopeck less, and money can be sent back."""
    terms = account.gateway.terms
    assert (terms.window.total_seconds(), terms.policy.tolerance_bps, terms.is_refundable) == (3600, 0, True)


async def test_a_shop_in_another_currency_has_no_bank(account: BankAccount) -> None:
    """The bank bills in roubles: a price in dollars or euros is refused, and the bank is asked for nothing."""
    for base in (USD, EUR):
        with pytest.raises(MethodUnavailable, match=f"takes no {base.code}"):
            await account.gateway.quote(Money(12_900, base))
    assert account.bank.invoices == {}


@pytest.mark.parametrize("fault", ["bank.timeout", "bank.cut", "bank.http_500"])
async def test_a_failed_call_is_unknown_and_repeatable(account: BankAccount, fault: str) -> None:
    """No answer, a cut one and a 500 say nothing about what was done; the call again gives the one invoice."""
    payment = await request_payment(account)
    account.faults.turn_on(fault, 2)
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            await account.gateway.open(payment)
    opened = await account.gateway.open(payment)
    assert list(account.bank.invoices) == [opened.external_id]


async def test_another_request_under_the_same_key_is_refused(account: BankAccount) -> None:
    """One payment can't become two invoices: a changed request for it is a refusal, not a second invoice."""
    payment = await request_payment(account)
    await account.gateway.open(payment)
    with pytest.raises(MethodUnavailable, match="idempotency_key_reused"):
        await account.gateway.open(replace(payment, comment="another comment"))
    assert len(account.bank.invoices) == 1


async def test_a_wrong_key_is_a_refusal_that_names_no_key() -> None:
    """With a wrong key the method isn't available, and no error shows the key."""
    async with open_account(key=SecretStr("canary-key-of-someone")) as account:
        payment = await request_payment(account)
        opened = replace(payment, address="https://bank.example/pay/inv_1", external_id="inv_1")
        with pytest.raises(MethodUnavailable, match="unauthorized") as refused:
            await account.gateway.open(payment)
        with pytest.raises(GatewayUnavailable, match="unauthorized") as unavailable:
            await account.gateway.look_up(opened)
        with pytest.raises(GatewayUnavailable, match="unauthorized"):
            await account.gateway.cancel(opened)
    assert "canary" not in repr(refused.value) + repr(unavailable.value)


async def test_looking_up_needs_an_invoice(account: BankAccount) -> None:
    """What was never opened was never paid; a transfer without an invoice is only in the list."""
    payment = await request_payment(account)
    account.bank.transfer(12_900, payment.comment)
    assert await account.gateway.look_up(payment) == ()


async def test_looking_up_believes_no_future(account: BankAccount) -> None:
    """A receipt from the future is no answer: recorded with a false time, it would contradict the list later."""
    payment = await opened_payment(account)
    account.bank.pay(payment.external_id or "", 12_900)
    account.faults.turn_on("bank.future")
    with pytest.raises(GatewayUnavailable, match="future"):
        await account.gateway.look_up(payment)
    account.heal()
    assert len(await account.gateway.look_up(payment)) == 1


async def test_looking_up_believes_no_foreign_receipt(account: BankAccount) -> None:
    """A receipt of another invoice, or one shown in two ways, is no answer."""
    payment = await opened_payment(account)
    account.bank.pay(payment.external_id or "", 12_900)
    honest = account.bank.receipts[0]
    account.bank.of_invoice = lambda _: [replace(honest, invoice_id="inv_2")]  # type: ignore[method-assign]
    with pytest.raises(GatewayUnavailable, match="another invoice"):
        await account.gateway.look_up(payment)
    account.bank.of_invoice = lambda _: [honest, replace(honest, amount=1)]  # type: ignore[method-assign]
    with pytest.raises(GatewayUnavailable, match="two ways"):
        await account.gateway.look_up(payment)
    account.bank.of_invoice = lambda _: [honest, honest]  # type: ignore[method-assign]
    assert len(await account.gateway.look_up(payment)) == 1


async def test_an_invoice_that_the_bank_forgot_counts_as_cancelled(account: BankAccount) -> None:
    """No one is asked to pay an invoice that doesn't exist."""
    payment = await opened_payment(account)
    account.bank.invoices.clear()
    await account.gateway.cancel(payment)
    with pytest.raises(GatewayUnavailable, match="no_such_invoice"):
        await account.gateway.look_up(payment)


async def test_no_more_is_sent_back_than_came_in(account: BankAccount) -> None:
    """A refund of more than what is left, without an invoice, or of another amount under its key is refused."""
    payment = await opened_payment(account)
    account.bank.pay(payment.external_id or "", 10_000)
    await account.gateway.refund(payment, rub(6_000), "one")
    for refused, amount, key in (
        (payment, 4_001, "two"),
        (payment, 5_999, "one"),
        (await request_payment(account, 2), 1, "three"),
    ):
        with pytest.raises(RefundRefused):
            await account.gateway.refund(refused, rub(amount), key)
    assert [refund.amount for refund in account.bank.refunds.values()] == [6_000]
