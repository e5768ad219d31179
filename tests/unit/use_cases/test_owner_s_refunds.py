"""What the owner sends back through a provider, when the provider's own list of refunds speaks of it too."""

from dataclasses import replace

import pytest

from orbit_adapters.ton.gateway import TonGateway
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD, Payment
from orbit_domain.payment.ports import GatewayUnavailable, PaymentTerms, Refund, RefundRefused
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.shop import TON_SETTINGS, Shop
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.test_reversals import Provider

WHY = "the customer asked"
COINS, VALUE = 2 * COIN, 2 * PRICE
LOST = GatewayUnavailable("the answer was lost")


class SendingGateway(TonGateway):
    """Coins by a provider that sends them back, unless it has an *answer* of its own."""

    def __init__(self, world: World) -> None:
        super().__init__(TON_SETTINGS, world.rates, world.clock)
        self.terms = PaymentTerms(is_refundable=True)
        self.answer: Exception | None = None

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Send it back. Raises the answer."""
        if self.answer is not None:
            raise self.answer
        return Refund("sent-1", amount)


class RefundingProvider(Provider):
    """A provider that sends money back, and has a list of what it has sent."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.gateway = SendingGateway(world)
        ports = replace(world.ports(), sources=self.shop.book_reversals.sources, gateways=(self.gateway,))
        self.shop = self.alice.shop = Shop(ports)

    async def send_back(self, view: PaymentView) -> None:
        """The owner's command."""
        await self.shop.refund_payment(view.payment.id, "cli:owner", WHY)

    async def entry(self, name: str) -> Entry | None:
        """The refund entry of that name."""
        async with self.world.storage.transaction() as tx:
            return await tx.ledger.entry(EntryKind.REFUND, name)

    async def read(self) -> int:
        """Read the lists; how many rows of refunds were booked with that."""
        while (await self.shop.read_receipts()).reads_on:
            pass
        await self.shop.settle_receipts()
        return await self.shop.book_reversals()


@pytest.fixture
async def bank(world: World) -> RefundingProvider:
    """A shop with that provider, and a customer."""
    bank = RefundingProvider(world)
    await bank.shop.open()
    await bank.alice.start()
    return bank


async def paid(bank: RefundingProvider) -> tuple[PaymentView, SourceRecord]:
    """A top-up of two coins that is paid, and what arrived for it."""
    view = await bank.alice.top_up(VALUE)
    arrival = bank.alice.send(view, COINS)
    await bank.shop.work()
    return view, arrival


async def test_the_list_says_what_a_lost_answer_would_have_said(bank: RefundingProvider) -> None:
    """It is booked as the owner's own refund under the list's name of it, at that moment, and nobody is alarmed."""
    view, arrival = await paid(bank)
    bank.gateway.answer = LOST
    with pytest.raises(GatewayUnavailable):
        await bank.send_back(view)
    bank.world.clock.advance(minutes=5)
    record = bank.refunds.take_back(arrival)
    assert await bank.read() == 1
    lines = (Line("refund_payable", -COINS, TON), Line("asset:ton:ton:native", COINS, TON))
    name, now = f"sent:{view.payment.id}", bank.world.clock.now()
    assert await bank.entry(name) == Entry(EntryKind.REFUND, name, lines, now, reason=record.external_id)
    await bank.shop.work()
    assert (await bank.accounts(), bank.told()) == ({}, ([], []))


async def test_another_sum_than_commanded_is_not_booked(bank: RefundingProvider) -> None:
    """While the owner's refund is on its way, a row of half of it is left to a person: the audit names it."""
    view, arrival = await paid(bank)
    bank.gateway.answer = LOST
    with pytest.raises(GatewayUnavailable):
        await bank.send_back(view)
    record = bank.refunds.take_back(arrival, COIN)
    assert (await bank.read(), await bank.entry(f"sent:{view.payment.id}")) == (0, None)
    (finding,) = (await AuditLedger(bank.world.storage)()).findings
    assert record.ref in finding


async def test_a_second_row_after_what_was_sent_is_not_booked(bank: RefundingProvider) -> None:
    """The whole payment was sent back and booked; a row by another name can't be true."""
    view, arrival = await paid(bank)
    await bank.send_back(view)
    record = bank.refunds.take_back(arrival)
    assert await bank.read() == 0
    (finding,) = (await AuditLedger(bank.world.storage)()).findings
    assert record.ref in finding


async def test_after_a_refusal_a_row_of_the_list_is_a_reversal(bank: RefundingProvider) -> None:
    """The provider said no, so the money was on the balance again: what went back later is taken from there."""
    view, arrival = await paid(bank)
    bank.gateway.answer = RefundRefused(TON_METHOD, "too late")
    with pytest.raises(RefundRefused):
        await bank.send_back(view)
    assert await bank.alice.balance() == VALUE
    bank.refunds.take_back(arrival)
    assert (await bank.read(), await bank.accounts(), await bank.entry(f"sent:{view.payment.id}")) == (1, {}, None)
    await bank.shop.work()
    ((alert,), (told,)) = bank.told()
    assert (alert.value_kopecks, alert.owed_kopecks, told.value_kopecks) == (VALUE, 0, VALUE)


async def test_what_gave_nothing_does_not_go_back(bank: RefundingProvider) -> None:
    """Half of what was asked for waits for the rest: nothing was credited, so nothing is sent."""
    view = await bank.alice.top_up(VALUE)
    bank.alice.send(view, COIN)
    await bank.shop.work()
    with pytest.raises(RefundRefused) as refusal:
        await bank.send_back(view)
    assert (refusal.value.method, refusal.value.reason) == (TON_METHOD, "nothing_credited")


async def test_what_came_another_way_does_not_go_back_by_this_one(bank: RefundingProvider) -> None:
    """A part came through another account: its provider would have to send it, so this one sends nothing."""
    view = await bank.alice.top_up(VALUE)
    bank.alice.send(view, COINS)
    bank.late.deposit(COINS, view.payment.comment)
    await bank.shop.work()
    with pytest.raises(RefundRefused) as refusal:
        await bank.send_back(view)
    assert (refusal.value.method, refusal.value.reason) == (TON_METHOD, "other_money_too")
    assert await bank.alice.balance() == 2 * VALUE
