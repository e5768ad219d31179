"""The contract of the port `PaymentGateway`: one request for each payment, and what is paid arrives exactly once."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import pytest

from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money, rub
from orbit_domain.payment.memo import memo_from
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.ports import (
    GatewayUnavailable,
    InAppInvoice,
    Link,
    MethodUnavailable,
    OpenedPayment,
    PaymentGateway,
    Refund,
    RefundRefused,
    RefundUnsupported,
    Transfer,
)
from orbit_domain.payment.source import Cursor, ReceiptSource
from orbit_domain.payment.source_record import SourceRecord
from orbit_testing.contracts.receipt_source import read_on

PRICE = rub(12_900)


class GatewayHarness(Protocol):
    """The gateway under test, the source at which its money arrives, and the controls of their provider."""

    gateway: PaymentGateway
    source: ReceiptSource
    clock: Clock
    """The shop's clock, which the gateway under test has too."""
    asks_provider: bool
    """Whether `open` calls a provider; without one it can't fail."""
    asks_about_payments: bool
    """Whether `look_up` and `cancel` call a provider as well."""
    repeats_address: bool
    """Whether the provider answers the same request alike. Otherwise each answer before one is recorded may have an
    address of its own, at which the same request is paid."""
    refunds_parts: bool
    """Whether a part can be sent back. Otherwise a payment goes back whole and once, whatever the key."""

    def requests(self) -> int:
        """How many requests for payment the provider knows; 0 where no provider knows of any."""

    def refunded(self) -> int:
        """How many units the provider has sent back."""

    def pay(self, payment: Payment, units: int) -> None:
        """Let a customer pay *units* as the instructions for *payment* say."""

    def wait(self, by: timedelta) -> None:
        """Move the clock of the shop and of the provider on."""

    def stop_answering(self) -> None:
        """Until healed, fail every request to the provider and do nothing of it."""

    def lose_answers(self) -> None:
        """Until healed, let the provider do what every request asks, and lose its answer."""

    def heal(self) -> None:
        """End every fault."""


class PaymentGatewayContract:
    """Subclass it and add a fixture `harness`: every test then runs against that gateway."""

    @pytest.fixture
    def harness(self) -> GatewayHarness:
        """A gateway without payments, with a provider without history."""
        raise pytest.UsageError("a gateway contract needs a fixture `harness`")

    # ---- terms and quotes

    async def test_its_money_arrives_at_its_source(self, harness: GatewayHarness) -> None:
        """The gateway names the source that its money arrives at, and both name the same method.

        What repeats may arrive among the payments of another method of the same provider.
        """
        assert harness.gateway.source == harness.source.name
        assert harness.gateway.method == harness.source.method or harness.gateway.terms.policy.repeats

    async def test_its_terms_can_be_kept(self, harness: GatewayHarness) -> None:
        """A payment is open for a while, and its limits leave room for an amount."""
        terms = harness.gateway.terms
        assert terms.window > timedelta(0)
        assert terms.policy.grace >= timedelta(0)
        bounds = [bound for bound in (terms.minimum, terms.maximum) if bound is not None]
        assert [bound.units for bound in bounds] == sorted(bound.units for bound in bounds)
        assert all(terms.admit(bound) for bound in bounds)

    @pytest.mark.parametrize("kopecks", [1, 7, 99, 12_900, 33_333, 10_000_001])
    async def test_a_quote_covers_the_price(self, harness: GatewayHarness, kopecks: int) -> None:
        """What is due is worth the price at the quoted rate, never less, and is locked from now on."""
        quote = await harness.gateway.quote(rub(kopecks))
        assert (quote.price, quote.asset) == (rub(kopecks), harness.gateway.asset)
        assert quote.due.units * quote.rate >= kopecks
        assert quote.created_at <= harness.clock.now() < quote.expires_at
        assert quote.evidence

    # ---- instructions

    async def test_instructions_name_amount_and_place(self, harness: GatewayHarness) -> None:
        """Instructions ask for exactly what was quoted, and for nothing at another place than is recorded."""
        payment = await request_payment(harness)
        opened = await harness.gateway.open(payment)
        assert opened.instructions.amount == payment.quote.due
        match opened.instructions:
            case Transfer() as transfer:
                assert (transfer.address, transfer.reference) == (opened.address, payment.comment)
                assert transfer.wallet_url.startswith("https://")
                assert opened.address in transfer.wallet_url
                assert opened.address in transfer.transfer_uri
            case Link(url=url) | InAppInvoice(url=url):
                assert url == opened.address
        assert opened.address

    async def test_opening_twice_gives_the_same(self, harness: GatewayHarness) -> None:
        """A second call gives the same request; after the first is recorded the same answer: one request is known."""
        payment = await request_payment(harness)
        opened = await harness.gateway.open(payment)
        assert _request(harness, await harness.gateway.open(payment)) == _request(harness, opened)
        assert await harness.gateway.open(_recorded(payment, opened.address, opened.external_id)) == opened
        assert harness.requests() == (1 if harness.asks_provider else 0)

    async def test_two_workers_open_one_request(self, harness: GatewayHarness) -> None:
        """Workers that open a payment at once get one request: the provider makes one."""
        payment = await request_payment(harness)
        first, *others = await asyncio.gather(*(harness.gateway.open(payment) for _ in range(5)))
        assert [_request(harness, opened) for opened in others] == [_request(harness, first)] * 4
        assert harness.requests() == (1 if harness.asks_provider else 0)

    async def test_payments_are_opened_apart(self, harness: GatewayHarness) -> None:
        """Two payments of the same amount are two requests, and a customer can tell them apart."""
        one, other = await request_payment(harness, 1), await request_payment(harness, 2)
        first, second = await harness.gateway.open(one), await harness.gateway.open(other)
        assert first.instructions != second.instructions
        assert harness.requests() == (2 if harness.asks_provider else 0)

    async def test_an_opened_payment_needs_no_provider(self, harness: GatewayHarness) -> None:
        """What was recorded is shown again while the provider is down."""
        payment = await opened_payment(harness)
        shown = await harness.gateway.open(payment)
        harness.stop_answering()
        assert await harness.gateway.open(payment) == shown

    async def test_a_lost_answer_makes_no_second_request(self, harness: GatewayHarness) -> None:
        """After an answer that was lost, opening again gives the request that was made then."""
        payment = await request_payment(harness)
        harness.lose_answers()
        await _fails_if(harness.asks_provider, harness.gateway.open(payment))
        harness.heal()
        opened = await harness.gateway.open(payment)
        assert _request(harness, await harness.gateway.open(payment)) == _request(harness, opened)
        assert harness.requests() == (1 if harness.asks_provider else 0)

    # ---- money

    @pytest.mark.parametrize("looked_up_first", [True, False])
    @pytest.mark.parametrize("parts", [(1, 1), (1, 2), (2, 4)], ids=["in full", "half", "two halves"])
    async def test_what_is_paid_arrives_once(
        self, harness: GatewayHarness, parts: tuple[int, int], looked_up_first: bool
    ) -> None:
        """Each part arrives as one record, whether it is looked up first or read first."""
        payment = await opened_payment(harness)
        times, divisor = parts
        amount = payment.quote.due.units // divisor
        for _ in range(times):
            harness.pay(payment, amount)
        await assert_arrives(harness, payment, [amount] * times, looked_up_first=looked_up_first)

    async def test_what_is_paid_twice_arrives_twice(self, harness: GatewayHarness) -> None:
        """Two equal payments in the same second are two records, not one and its repetition."""
        payment = await opened_payment(harness)
        due = payment.quote.due.units
        harness.pay(payment, due)
        await assert_arrives(harness, payment, [due])
        harness.pay(payment, due)
        await assert_arrives(harness, payment, [due, due])

    async def test_what_is_paid_late_arrives(self, harness: GatewayHarness) -> None:
        """Money that comes after the window is closed arrives with its own time."""
        payment = await opened_payment(harness)
        harness.wait(harness.gateway.terms.window + timedelta(days=3))
        harness.pay(payment, 5_000_000)
        (record,) = await assert_arrives(harness, payment, [5_000_000])
        assert record.occurred_at > payment.expires_at

    async def test_an_outage_loses_nothing(self, harness: GatewayHarness) -> None:
        """While the provider is down its calls raise GatewayUnavailable; afterwards everything is there."""
        payment = await opened_payment(harness)
        harness.pay(payment, 7_000_000)
        unopened = await request_payment(harness, 2)
        harness.stop_answering()
        await _fails_if(harness.asks_provider, harness.gateway.open(unopened))
        await _fails_if(harness.asks_about_payments, harness.gateway.look_up(payment))
        await _fails_if(harness.asks_about_payments, harness.gateway.cancel(payment))
        harness.heal()
        assert (await harness.gateway.open(unopened)).address
        await assert_arrives(harness, payment, [7_000_000])

    # ---- the end of a payment

    async def test_cancelling_twice_is_fine(self, harness: GatewayHarness) -> None:
        """A payment may be cancelled again, also one that was never opened; money that comes then still arrives."""
        payment = replace(await opened_payment(harness), status=PaymentStatus.CANCELLED)
        await harness.gateway.cancel(payment)
        await harness.gateway.cancel(payment)
        await harness.gateway.cancel(replace(await request_payment(harness, 2), status=PaymentStatus.CANCELLED))
        harness.pay(payment, 3_000_000)
        await assert_arrives(harness, payment, [3_000_000])

    async def test_a_refund_is_sent_once_for_each_key(self, harness: GatewayHarness) -> None:
        """The same key again is the same refund, another key another one; without refunds it is a refusal."""
        payment = await opened_payment(harness)
        due = payment.quote.due
        harness.pay(payment, due.units)
        half = Money(due.units // 2, due.currency)
        if not harness.gateway.terms.is_refundable:
            with pytest.raises(RefundUnsupported):
                await harness.gateway.refund(payment, half, "refund 1")
            return
        if not harness.refunds_parts:
            await _assert_refunded_whole(harness, payment)
            return
        first = await harness.gateway.refund(payment, half, "refund 1")
        assert await harness.gateway.refund(payment, half, "refund 1") == first
        assert (await harness.gateway.refund(payment, half, "refund 2")).id != first.id
        assert first == Refund(first.id, half)
        assert harness.refunded() == 2 * half.units

    async def test_a_refund_with_a_lost_answer_is_not_sent_twice(self, harness: GatewayHarness) -> None:
        """After an answer that was lost, the same key gives the refund that was made then."""
        payment = await opened_payment(harness)
        due = payment.quote.due
        harness.pay(payment, due.units)
        expected = GatewayUnavailable if harness.gateway.terms.is_refundable else RefundUnsupported
        harness.lose_answers()
        with pytest.raises(expected):
            await harness.gateway.refund(payment, due, "refund 1")
        harness.heal()
        if harness.gateway.terms.is_refundable:
            assert (await harness.gateway.refund(payment, due, "refund 1")).amount == due
            assert harness.refunded() == due.units

    async def test_a_price_in_an_unknown_currency_is_refused(self, harness: GatewayHarness) -> None:
        """A price in a currency without a rate is refused, and never taken for one in the base currency."""
        unknown = Money(100, replace(PRICE.currency, code="ABC"))
        with pytest.raises(MethodUnavailable):
            await harness.gateway.quote(unknown)


async def request_payment(harness: GatewayHarness, number: int = 1, price: Money = PRICE) -> Payment:
    """The *number*-th payment of *price*, as a shop records it before it is opened."""
    quote = await harness.gateway.quote(price)
    now = harness.clock.now()
    return Payment(
        id=PaymentId(UUID(int=number)),
        tg_id=TelegramId(42),
        method=harness.gateway.method,
        amount=price,
        quote=quote,
        comment=_memo(number),
        order_id=None,
        status=PaymentStatus.PENDING,
        created_at=now,
        expires_at=now + harness.gateway.terms.window,
        source=harness.gateway.source,
        policy=harness.gateway.terms.policy,
    )


async def opened_payment(harness: GatewayHarness, number: int = 1, price: Money = PRICE) -> Payment:
    """The same, opened and recorded so."""
    payment = await request_payment(harness, number, price)
    opened = await harness.gateway.open(payment)
    return _recorded(payment, opened.address, opened.external_id)


async def assert_arrives(
    harness: GatewayHarness, payment: Payment, units: Sequence[int], *, looked_up_first: bool = True
) -> list[SourceRecord]:
    """Assert that *units* arrived for *payment*, each once. Looking up shows all of it, or knows nothing at all.

    Every record names the payment, by the provider's name of the request or by the comment. Returns the records.
    """
    looked_up = await harness.gateway.look_up(payment) if looked_up_first else ()
    read, _ = await read_on(harness.source, Cursor.start(harness.source.name))
    again, _ = await read_on(harness.source, Cursor.start(harness.source.name))
    looked_up = looked_up if looked_up_first else await harness.gateway.look_up(payment)
    assert read == again
    assert [record.amount.units for record in read] == list(units)
    assert {record.amount.currency for record in read} <= {payment.quote.asset}
    assert len({record.ref for record in read}) == len(units)
    assert all(
        record.invoice_id == payment.external_id if record.invoice_id else payment.comment in record.comment.text
        for record in read
    )
    assert looked_up in ((), tuple(read))
    assert await harness.gateway.look_up(payment) == looked_up
    return read


async def _assert_refunded_whole(harness: GatewayHarness, payment: Payment) -> None:
    """Assert that a part of *payment*, which is paid, is refused, and that all of it is sent back once."""
    due = payment.quote.due
    with pytest.raises(RefundRefused):
        await harness.gateway.refund(payment, Money(due.units // 2, due.currency), "refund 1")
    first = await harness.gateway.refund(payment, due, "refund 1")
    assert first == Refund(first.id, due)
    assert [await harness.gateway.refund(payment, due, f"refund {number}") for number in (1, 2)] == [first] * 2
    assert harness.refunded() == due.units


def _request(harness: GatewayHarness, opened: OpenedPayment) -> tuple[object, ...]:
    """What two answers for one payment have in common."""
    always = (opened.instructions.amount, opened.external_id)
    return (*always, opened) if harness.repeats_address else always


async def _fails_if(asks_provider: bool, call: Awaitable[object]) -> None:
    """Await *call*, which has to raise GatewayUnavailable where a provider is asked."""
    if asks_provider:
        with pytest.raises(GatewayUnavailable):
            await call
    else:
        await call


def _recorded(payment: Payment, address: str, external_id: str | None) -> Payment:
    return replace(payment, address=address, external_id=external_id)


def _memo(number: int) -> str:
    bits = number << 20
    while (memo := memo_from(bits)) is None:
        bits += 1
    return memo
