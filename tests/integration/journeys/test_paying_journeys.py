"""How people pay, right and wrong: update in, coins on the chain, message out."""

from datetime import timedelta

import pytest

from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_sandbox.payer import PaymentScenario
from tests.integration.journeys.journey import Journey

PRICE = 12_900

# The chain doesn't see how updates come: whoever pays exactly or renews meets both ways, the others one of them.
over_polling = pytest.mark.parametrize("shop", ["polling"], indirect=True)
behind_webhook = pytest.mark.parametrize("shop", ["webhook"], indirect=True)


async def test_exact_payment_delivers_a_key(journey: Journey) -> None:
    """What was asked for was paid: the order is delivered, nothing is left over, the link is on the screen."""
    journey.customer.pay(await journey.customer.request_invoice())

    order = await journey.customer.until_delivered()

    assert (order.terms.code, await journey.balance()) == ("sub_1m", 0)
    assert await journey.customer.sees_link()
    await journey.assert_ledger_balanced()


@behind_webhook
async def test_half_payment_is_asked_for_the_rest(journey: Journey) -> None:
    """Half came: nothing is delivered, the rest is asked for with the same comment, and then it is delivered."""
    payment = await journey.customer.request_invoice()
    journey.customer.pay(payment, PaymentScenario.HALF)

    async def asked_for_the_rest() -> bool:
        return any(payment.comment in text and "0,258" in text for text in journey.customer.messages())

    await journey.customer.until("a message about the rest", asked_for_the_rest)
    assert (await journey.customer.orders())[0].state is OrderState.OPEN
    journey.customer.pay(payment, PaymentScenario.HALF)
    await journey.customer.until_delivered()
    await journey.assert_ledger_balanced()


@over_polling
async def test_half_payment_goes_to_the_balance_when_time_is_over(journey: Journey) -> None:
    """Half came and then nothing: after the deadline the customer has it on the balance."""
    journey.customer.pay(await journey.customer.request_invoice(), PaymentScenario.HALF)
    journey.environment.sandbox.clock.advance(timedelta(minutes=16))

    async def credited() -> bool:
        return await journey.balance() == PRICE // 2

    await journey.customer.until("half on the balance", credited)
    assert (await journey.customer.payments())[0].status is PaymentStatus.EXPIRED
    await journey.assert_ledger_balanced()


@behind_webhook
async def test_double_payment_leaves_the_rest_on_the_balance(journey: Journey) -> None:
    """Twice the amount in one transfer: delivered once, the other half is the customer's."""
    journey.customer.pay(await journey.customer.request_invoice(), PaymentScenario.DOUBLE)
    await journey.customer.until_delivered()
    assert await journey.balance() == PRICE
    await journey.assert_ledger_balanced()


@over_polling
async def test_two_payments_deliver_once(journey: Journey) -> None:
    """The same invoice paid twice: one order, and the second payment is on the balance."""
    journey.customer.pay(await journey.customer.request_invoice(), PaymentScenario.TWICE)
    await journey.customer.until_delivered()

    async def credited() -> bool:
        return await journey.balance() == PRICE

    await journey.customer.until("the second payment on the balance", credited)
    assert len(await journey.customer.orders()) == 1
    await journey.assert_ledger_balanced()


@behind_webhook
async def test_late_payment_is_honoured(journey: Journey) -> None:
    """Paid some minutes after the deadline: the locked price still counts."""
    journey.customer.pay(await journey.customer.request_invoice(), PaymentScenario.LATE)
    await journey.customer.until_delivered()
    assert await journey.balance() == 0
    await journey.assert_ledger_balanced()


@over_polling
async def test_payment_without_comment_is_kept_as_unmatched(journey: Journey) -> None:
    """No comment: no customer is credited, the money is in the ledger, and the owner is notified."""
    payment = await journey.customer.request_invoice()
    owner = await _OwnerNotified.since_now(journey)
    journey.customer.pay(payment, PaymentScenario.NO_COMMENT)
    await owner.wait()
    assert (await journey.customer.orders())[0].state is OrderState.OPEN
    await journey.assert_ledger_balanced()


@behind_webhook
async def test_payment_with_a_wrong_comment_is_suggested_not_guessed(journey: Journey) -> None:
    """One character wrong: no customer is credited, and the owner gets the comment that was probably meant."""
    payment = await journey.customer.request_invoice()
    owner = await _OwnerNotified.since_now(journey)
    journey.customer.pay(payment, PaymentScenario.WRONG_COMMENT)
    await owner.wait(payment.comment)
    await journey.assert_ledger_balanced()


@over_polling
async def test_comment_in_lower_case_with_spaces_is_understood(journey: Journey) -> None:
    """A sloppily typed comment still matches the customer's payment."""
    journey.customer.pay(await journey.customer.request_invoice(), PaymentScenario.SLOPPY)
    await journey.customer.until_delivered()
    await journey.assert_ledger_balanced()


async def test_renewal_keeps_the_link(journey: Journey) -> None:
    """Reminded a day before the end, renewed: the same link, a month more."""
    journey.customer.pay(await journey.customer.request_invoice())
    await journey.customer.until_delivered()
    url, first_end = await journey.customer.subscription_url(), (await journey.customer.subscription()).ends_at
    known = len(journey.customer.messages())
    await journey.customer.until_last_day()

    async def reminded() -> bool:
        return len(journey.customer.messages()) > known

    await journey.customer.until("a reminder", reminded)
    journey.customer.pay(await journey.customer.request_invoice())
    await journey.customer.until_delivered(2)
    assert first_end is not None
    assert (await journey.customer.subscription()).ends_at == first_end + timedelta(days=30)
    assert await journey.customer.subscription_url() == url
    await journey.assert_ledger_balanced()


class _OwnerNotified:
    """Waits for one more unmatched transfer, and for the owner's message about it, since it was made."""

    def __init__(self, journey: Journey, unmatched: int) -> None:
        self.journey = journey
        self.unmatched = unmatched
        self.known = len(journey.owner.messages())

    @classmethod
    async def since_now(cls, journey: Journey) -> "_OwnerNotified":
        return cls(journey, await _unmatched(journey))

    async def wait(self, word: str = "") -> None:
        """Wait; the message says *word*."""

        async def notified() -> bool:
            messages = self.journey.owner.messages()
            newer = messages[: len(messages) - self.known]
            return await _unmatched(self.journey) == self.unmatched + 1 and any(word in text for text in newer)

        await self.journey.owner.until("a message to the owner", notified)


async def _unmatched(journey: Journey) -> int:
    async with journey.environment.storage.transaction() as tx:
        return len(await tx.receipts.unmatched(10))
