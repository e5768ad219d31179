"""YooKassa's gateway: what it asks for, and what it does where answers are missing, contradictory or refusals."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from orbit_adapters.yookassa.rows import COMMENT, PAYMENT_ID
from orbit_domain.money import EUR, USD, Money, rub
from orbit_domain.payment.ports import GatewayUnavailable, MethodUnavailable, RefundRefused
from orbit_testing.contracts.payment_gateway import opened_payment, request_payment
from tests.integration.gateways.yookassa_account import YooKassaAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[YooKassaAccount]:
    async with open_account() as opened:
        yield opened


async def test_a_payment_says_whose_it_is(account: YooKassaAccount) -> None:
    """YooKassa gets the amount, the comment for the customer's bank, and both of our names for it."""
    payment = await opened_payment(account)
    (made,) = account.sim.payments.values()
    assert (made.id, made.units, made.currency) == (payment.external_id, 12_900, "RUB")
    assert made.description == f"VPN {payment.comment}"
    assert made.metadata == {PAYMENT_ID: str(payment.id), COMMENT: payment.comment}


async def test_the_terms_are_yookassas(account: YooKassaAccount) -> None:
    """An hour to pay, no kopeck less, nothing below a rouble, and money can be sent back."""
    terms = account.gateway.terms
    assert (terms.window, terms.policy.tolerance_bps, terms.is_refundable) == (timedelta(hours=1), 0, True)
    assert (terms.admit(rub(99)), terms.admit(rub(100))) == (False, True)


async def test_a_shop_in_another_currency_has_no_yookassa(account: YooKassaAccount) -> None:
    """Y9: YooKassa bills in roubles: a price in dollars or euros is refused, and YooKassa is asked for nothing."""
    for base in (USD, EUR):
        with pytest.raises(MethodUnavailable, match=f"takes no {base.code}"):
            await account.gateway.quote(Money(12_900, base))
    assert account.sim.payments == {}


async def test_y4_the_key_is_our_own_and_recorded_before(account: YooKassaAccount) -> None:
    """Y4: the payment's id is the key: another body under it is a refusal, and never a second payment."""
    payment = await request_payment(account)
    await account.gateway.open(payment)
    with pytest.raises(MethodUnavailable, match="invalid_request"):
        await account.gateway.open(replace(payment, comment="another comment"))
    assert len(account.sim.payments) == 1


async def test_y4_a_key_that_yookassa_has_forgotten_is_not_used_again(account: YooKassaAccount) -> None:
    """Y4: YooKassa forgets a key after a day. By then our payment is over, and no second one is made under its key."""
    payment = await request_payment(account)
    account.lose_answers()
    with pytest.raises(GatewayUnavailable):
        await account.gateway.open(payment)
    account.heal()
    account.wait(timedelta(hours=25))
    with pytest.raises(MethodUnavailable, match="time is over"):
        await account.gateway.open(payment)
    assert len(account.sim.payments) == 1


async def test_a_payment_that_yookassa_cancelled_is_not_shown(account: YooKassaAccount) -> None:
    """When the answer was lost and the payment was cancelled there since, no customer is led to its page."""
    payment = await request_payment(account)
    opened = await account.gateway.open(payment)
    account.sim.decline(opened.external_id or "")
    with pytest.raises(MethodUnavailable, match="cancelled"):
        await account.gateway.open(payment)


async def test_receipts_are_sent_where_the_owner_wants_them() -> None:
    """With a VAT code each payment has a receipt over its amount, to the shop's address, and so has each refund."""
    sent = []
    async with open_account(vat_code=1, receipt_email="shop@example.org", tax_system=2) as account:
        for call in ("create_payment", "create_refund"):
            make = getattr(account.sim, call)
            setattr(account.sim, call, lambda key, body, make=make: sent.append(body) or make(key, body))
        payment = await opened_payment(account)
        account.sim.pay(payment.external_id or "")
        await account.gateway.refund(payment, rub(2_900), "refund 1")
    assert [body["receipt"]["customer"] for body in sent] == [{"email": "shop@example.org"}] * 2
    assert [body["receipt"]["tax_system_code"] for body in sent] == [2, 2]
    items = [item for body in sent for item in body["receipt"]["items"]]
    assert [(item["amount"]["value"], item["vat_code"]) for item in items] == [("129.00", 1), ("29.00", 1)]


async def test_y5_a_part_and_then_the_rest_goes_back(account: YooKassaAccount) -> None:
    """Y5: a part is sent back, then the rest; more than came in is refused, and each key sends once."""
    payment = await opened_payment(account)
    account.sim.pay(payment.external_id or "")
    part = await account.gateway.refund(payment, rub(2_900), "part")
    rest = await account.gateway.refund(payment, rub(10_000), "rest")
    assert await account.gateway.refund(payment, rub(2_900), "part") == part
    with pytest.raises(RefundRefused, match="invalid_request"):
        await account.gateway.refund(payment, rub(1), "more")
    with pytest.raises(RefundRefused, match="another_refund"):
        await account.gateway.refund(payment, rub(2_901), "part")
    assert {part.id, rest.id} == set(account.sim.refunds)
    assert account.refunded() == 12_900


async def test_y5_a_refund_that_is_pending_is_not_made(account: YooKassaAccount) -> None:
    """Y5: while it is pending nobody is told that the money went back; the same key later says what became of it."""
    payment = await opened_payment(account)
    account.sim.pay(payment.external_id or "")
    account.sim.refunds_wait = True
    for key in ("one", "two"):
        with pytest.raises(GatewayUnavailable, match="pending"):
            await account.gateway.refund(payment, rub(100), key)
    first, second = account.sim.refunds
    account.sim.finish_refund(first)
    account.sim.finish_refund(second, "canceled")
    assert (await account.gateway.refund(payment, rub(100), "one")).id == first
    with pytest.raises(RefundRefused, match="canceled"):
        await account.gateway.refund(payment, rub(100), "two")


@pytest.mark.parametrize("key", ["refund 1", "возврат", "k" * 65, "line\nbreak"])
async def test_y5_a_refund_is_sent_once_also_days_later(account: YooKassaAccount, key: str) -> None:
    """Y5: a key that YooKassa has forgotten is found by what the refund says; whatever the key, it fits in a header."""
    payment = await opened_payment(account)
    account.sim.pay(payment.external_id or "")
    account.faults.turn_on("yookassa.http_500")
    with pytest.raises(GatewayUnavailable):
        await account.gateway.refund(payment, rub(100), key)
    account.heal()
    made = await account.gateway.refund(payment, rub(100), key)
    account.wait(timedelta(days=2))
    assert await account.gateway.refund(payment, rub(100), key) == made
    assert list(account.sim.refunds) == [made.id]


async def test_no_refund_without_a_payment(account: YooKassaAccount) -> None:
    """What YooKassa was never asked for, or was never paid, can't go back."""
    unopened = await request_payment(account)
    with pytest.raises(RefundRefused, match="no_payment"):
        await account.gateway.refund(unopened, rub(100), "one")
    with pytest.raises(RefundRefused, match="invalid_request"):
        await account.gateway.refund(await opened_payment(account, 2), rub(100), "two")


async def test_looking_up_believes_no_future(account: YooKassaAccount) -> None:
    """A payment from the future is no answer: recorded with a false time, it would contradict the list later."""
    payment = await opened_payment(account)
    account.sim.pay(payment.external_id or "")
    account.run_ahead()
    with pytest.raises(GatewayUnavailable, match="future"):
        await account.gateway.look_up(payment)
    account.heal()
    assert len(await account.gateway.look_up(payment)) == 1


async def test_looking_up_shows_this_payment_only(account: YooKassaAccount) -> None:
    """Others' payments of the same amount at the same moment are not this one's; unpaid or unopened is nothing."""
    payments = [await opened_payment(account, number) for number in (1, 2)]
    assert await account.gateway.look_up(await request_payment(account, 3)) == ()
    account.sim.pay(payments[0].external_id or "")
    account.sim.receive(12_900)
    assert [record.external_id for record in await account.gateway.look_up(payments[0])] == [payments[0].external_id]
    assert await account.gateway.look_up(payments[1]) == ()


async def test_a_payment_that_yookassa_forgot_is_asked_for_by_nobody(account: YooKassaAccount) -> None:
    """It counts as cancelled; whether it was paid nobody knows."""
    payment = await opened_payment(account)
    account.sim.payments.clear()
    await account.gateway.cancel(payment)
    with pytest.raises(GatewayUnavailable, match="not_found"):
        await account.gateway.look_up(payment)


async def test_a_wrong_key_is_a_refusal_that_names_no_key() -> None:
    """With a wrong key the method isn't available, and no error shows the key."""
    async with open_account(secret_key=SecretStr("canary-key-of-someone")) as account:
        payment = await request_payment(account)
        opened = replace(payment, address="https://yookassa.example/pay/1", external_id="1")
        with pytest.raises(MethodUnavailable, match="invalid_credentials") as refused:
            await account.gateway.open(payment)
        with pytest.raises(GatewayUnavailable, match="invalid_credentials") as unavailable:
            await account.gateway.look_up(opened)
        with pytest.raises(GatewayUnavailable, match="invalid_credentials"):
            await account.gateway.cancel(opened)
        with pytest.raises(RefundRefused, match="invalid_credentials"):
            await account.gateway.refund(opened, rub(100), "one")
    assert "canary" not in repr(refused.value) + repr(unavailable.value) + repr(unavailable.value.__context__)
