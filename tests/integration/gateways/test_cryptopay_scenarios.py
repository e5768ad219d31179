"""The tricky scenarios of Crypto Pay, from the list to the customer's balance: C2 to C8. C1 is with the webhook."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB, USD, USDT, Money, rub
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.payment.claim import RECORDED_NAMES
from orbit_domain.payment.payment import Payment, PaymentStatus, TopUpLimits
from orbit_domain.payment.ports import RefundUnsupported
from orbit_domain.payment.source import SourceAlarm
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.confirm_receipts import ConfirmReceipts
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.read_receipts import ReadReceipts, ReadReport
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import InvoiceState, ShowPayment
from orbit_domain.use_cases.top_up import TopUp
from orbit_domain.user.user import NewUser
from orbit_entry.wiring.registries import GatewayRegistry, SourceRegistry
from orbit_testing.contracts.payment_gateway import opened_payment
from tests.integration.gateways.cryptopay_account import CryptoPayAccount, open_account
from tests.support.world import CountedIds

OWNER = TelegramId(1)
OTHER_SOFTWARE = '{"order": 17}'


@dataclass
class Shop:
    """The money path of a shop on memory storage, over the simulated Crypto Pay."""

    account: CryptoPayAccount
    storage: MemoryStorage
    ids: CountedIds

    @property
    def clock(self) -> Clock:
        return self.account.clock

    async def open(self, number: int = 1, *, recorded: bool = True) -> Payment:
        """A payment with its invoice; unless *recorded*, the process died before it recorded the invoice."""
        payment = await opened_payment(self.account, number)
        async with self.storage.transaction() as tx:
            await tx.users.add_if_absent(NewUser(payment.tg_id, "anna", "ru", None, self.clock.now()))
            await tx.payments.add(replace(payment, address="", external_id=None))
            if recorded:
                await tx.payments.open(payment.id, payment.address, payment.external_id)
        return payment

    def read_receipts(self) -> ReadReceipts:
        return ReadReceipts(self.storage, self.clock, self.ids, self.sources(), OWNER)

    def sources(self) -> SourceRegistry:
        return SourceRegistry((self.account.source,), lambda _: None)

    def settle(self) -> SettleReceipts:
        confirm = ConfirmReceipts(self.storage, self.clock, self.ids, self.sources(), OWNER)
        return SettleReceipts(self.storage, self.clock, FixedRates("250", RUB, self.clock), self.ids, OWNER, confirm)

    async def read(self) -> ReadReport:
        """One run of the money job."""
        report = await self.read_receipts()()
        await ExpirePayments(self.storage, self.clock)()
        await self.settle()()
        assert (await AuditLedger(self.storage)()).findings == ()
        return report

    async def state(self, payment: Payment) -> tuple[PaymentStatus, int]:
        """The payment's status, and what the customer has, in kopecks."""
        async with self.storage.transaction() as tx:
            found, user = await tx.payments.get(payment.id), await tx.users.get(payment.tg_id)
        assert found is not None
        assert user is not None
        return found.status, user.balance.units

    async def receipts(self) -> list[int]:
        """The kopecks of every receipt in the ledger, oldest first."""
        async with self.storage.transaction() as tx:
            entries = await tx.ledger.newest(100)
        return [entry.lines[1].units for entry in reversed(entries) if entry.kind is EntryKind.RECEIPT]

    async def raw(self, record_id: int) -> dict[str, object]:
        """The provider's own text of a record."""
        async with self.storage.transaction() as tx:
            records = await tx.source_records.newest(self.account.source.name, 10)
        (found,) = [record.raw for record in records if record.external_id == str(record_id)]
        return dict(json.loads(found))


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_account() as account:
        opened = Shop(account, MemoryStorage(base=RUB), CountedIds())
        await opened.read()
        yield opened


async def test_a_customer_tops_up_and_changes_his_mind(shop: Shop) -> None:
    """Tap by tap: an invoice is shown, shown again, checked in vain, paid, and credited at the next tap, once.

    Another one is cancelled: it is gone at the provider too.
    """
    customer, account = TelegramId(42), shop.account
    async with shop.storage.transaction() as tx:
        await tx.users.add_if_absent(NewUser(customer, "anna", "ru", None, shop.clock.now()))
    gateways = GatewayRegistry((account.gateway,))
    show = ShowPayment(shop.storage, shop.clock, gateways)
    request = RequestPayment(shop.storage, shop.clock, shop.ids, gateways, show, shop.sources())
    top_up = TopUp(request, show, TopUpLimits.of(RUB))
    check = CheckPayment(
        shop.storage, shop.clock, shop.ids, gateways, shop.read_receipts(), shop.settle(), show, RECORDED_NAMES, OWNER
    )
    method = account.gateway.method
    first, again = [await top_up(customer, rub(30_000), method) for _ in range(2)]
    assert again.instructions == first.instructions
    assert (await check(customer, first.payment.id)).state is InvoiceState.OPEN
    account.sim.pay(account.invoice_of(first.payment), "TON")
    states = [(await check(customer, first.payment.id)).state for _ in range(2)]
    assert (states, await shop.receipts()) == ([InvoiceState.PAID] * 2, [30_000])
    assert await shop.state(first.payment) == (PaymentStatus.CONFIRMED, 30_000)
    second = await top_up(customer, rub(20_000), method)
    assert len(account.sim.invoices) == 2
    await CancelPayment(shop.storage, shop.clock, shop.ids, gateways, shop.sources())(customer, second.payment.id)
    assert len(account.sim.invoices) == 1


async def test_c2_paid_before_the_invoice_was_recorded(shop: Shop) -> None:
    """C2: when the process died before it recorded the invoice, what is paid is the customer's all the same."""
    payment = await shop.open(recorded=False)
    shop.account.sim.pay(shop.account.invoice_of(payment))
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)


async def test_c3_a_lost_webhook_loses_nothing(shop: Shop) -> None:
    """C3: no news ever comes, and reading the list finds the payment; reading it again changes nothing."""
    payment = await shop.open()
    shop.account.sim.pay(shop.account.invoice_of(payment))
    shop.account.sim.events.clear()
    assert [(await shop.read()).recorded for _ in range(3)] == [1, 0, 0]
    assert (await shop.state(payment), await shop.receipts()) == ((PaymentStatus.CONFIRMED, 12_900), [12_900])


async def test_c4_an_invoice_in_roubles_is_paid_in_a_coin(shop: Shop) -> None:
    """C4: what was asked for is credited, in roubles; what was paid, its rate and the fee are kept as evidence."""
    payment = await shop.open()
    invoice = shop.account.invoice_of(payment)
    shop.account.sim.pay(invoice, "TON")
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)
    raw = await shop.raw(invoice.id)
    evidence = {name: raw[name] for name in ("paid_asset", "paid_amount", "paid_fiat_rate", "fee_amount")}
    assert evidence == {"paid_asset": "TON", "paid_amount": "0.516", "paid_fiat_rate": "250", "fee_amount": "0.01548"}


async def test_c5_a_swap_that_fails_changes_nothing(shop: Shop) -> None:
    """C5: whether the provider swaps the coin afterwards, or fails to, the payment is the same record."""
    payment = await shop.open()
    invoice = shop.account.invoice_of(payment)
    shop.account.sim.pay(invoice, "TON")
    invoice.paid |= {"swap_to": "USDT", "is_swapped": False}
    (before,) = await shop.account.gateway.look_up(payment)
    await shop.read()
    invoice.paid |= {"is_swapped": True, "swapped_to": "USDT", "swapped_rate": "3.1", "swapped_output": "1.6"}
    (after,) = await shop.account.gateway.look_up(payment)
    await shop.read()
    assert (after.digest, after.amount) == (before.digest, rub(12_900))
    assert (await shop.state(payment), await shop.receipts()) == ((PaymentStatus.CONFIRMED, 12_900), [12_900])


async def test_c6_no_money_is_ever_sent(shop: Shop) -> None:
    """C6: a refund is refused before the provider is asked, so that no repetition of it can be paid out twice."""
    payment = await shop.open()
    shop.account.sim.pay(shop.account.invoice_of(payment))
    shop.account.stop_answering()
    for _ in range(2):
        with pytest.raises(RefundUnsupported):
            await shop.account.gateway.refund(payment, rub(12_900), "key")
    assert "cryptopay.timeout" not in shop.account.faults.consumed
    assert not shop.account.gateway.terms.is_refundable


async def test_c7_paid_in_time_and_shown_too_late(shop: Shop) -> None:
    """C7: an invoice that has expired here, and turns out to have been paid in time, counts as paid in time."""
    payment = await shop.open()
    invoice = shop.account.invoice_of(payment)
    paid_at = shop.account.clock.at
    shop.account.clock.advance(minutes=70)
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.EXPIRED, 0)
    shop.account.sim.pay(invoice, paid_at=paid_at)
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)


async def test_c8_a_coin_gets_another_name_overnight(shop: Shop) -> None:
    """C8: TON is called GRAM from one day to the next: nothing stops, and what was recorded is the same record."""
    first = await shop.open()
    shop.account.sim.pay(shop.account.invoice_of(first), "TON")
    await shop.read()
    (before,) = await shop.account.gateway.look_up(first)
    shop.account.faults.turn_on("cryptopay.renamed")
    shop.account.clock.advance(hours=2)
    invoice = shop.account.paid(rub(700), OTHER_SOFTWARE, "TON")
    shop.account.paid(rub(500), OTHER_SOFTWARE, "TON", minutes_ago=180)
    reports = [await shop.read() for _ in range(3)]
    assert {report.alarm for report in reports} == {None, SourceAlarm.TAIL_MISMATCH}
    assert reports[-1].complete
    assert (await shop.account.gateway.look_up(first))[0].digest == before.digest
    assert (await shop.raw(invoice.id))["paid_asset"] == "GRAM"
    assert sorted(await shop.receipts()) == [500, 700, 12_900]


async def test_money_of_other_software_waits_for_a_person(shop: Shop) -> None:
    """Invoices of other software with the same token are money of nobody known: in the ledger, and the owner hears."""
    payment = await shop.open()
    shop.account.paid(rub(5_000), OTHER_SOFTWARE)
    shop.account.paid(rub(6_000), None)
    shop.account.paid(rub(7_000), payment.comment)
    shop.account.paid(Money(8_000, USD), f"orbit:{payment.id.hex}:{payment.comment}")
    coins = shop.account.sim.add_invoice("1.5", fiat=None, asset="USDT", payload="x")
    shop.account.sim.pay(coins)
    for _ in range(2):
        await shop.read()
    async with shop.storage.transaction() as tx:
        unmatched = await tx.receipts.unmatched(10)
        notices = [message.notice for message in await tx.outbox.of_user(OWNER, 20)]
    assert sorted(one.amount.units for one in unmatched) == [5_000, 6_000, 7_000, 8_000, 1_500_000]
    assert {one.amount.currency.code for one in unmatched} == {"RUB", "USD", USDT.code}
    assert len([one for one in notices if isinstance(one, UnmatchedMoney)]) == 5
    assert await shop.state(payment) == (PaymentStatus.PENDING, 0)


async def test_a_second_invoice_of_a_payment_is_on_the_balance(shop: Shop) -> None:
    """Should a payment have two invoices all the same, and both be paid, both are the customer's."""
    payment = await shop.open()
    shop.account.sim.pay(shop.account.invoice_of(payment))
    shop.account.pay(payment, 12_900)
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 25_800)


async def test_an_invoice_over_less_confirms_nothing(shop: Shop) -> None:
    """What was paid for an invoice over less than is due is a part of it: the payment stays open."""
    payment = await shop.open()
    shop.account.pay(payment, 12_899)
    await shop.read()
    assert (await shop.state(payment))[0] is PaymentStatus.PENDING
