"""What a reversal writes down, word for word: entries, grants, and the notices of the owner and the customer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import RUB, TON, Money
from orbit_domain.notice.notice import InvoiceChanged
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.reverse_receipt import reverse_receipt
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.subscription.subscription import Grant
from orbit_domain.use_cases.audit_ledger import AuditLedger
from tests.support.buyer import ALICE
from tests.support.facts import ALL
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.test_plan_change import MAX, days_left, pay_for
from tests.unit.use_cases.test_reversals import Provider, buy, pay_from_balance, top_up

WHY = "found by hand"
THIRD = PRICE // 3


@pytest.fixture
async def bank(world: World) -> Provider:
    """A provider with a list of refunds, and a customer."""
    bank = Provider(world)
    await bank.shop.open()
    await bank.alice.start()
    return bank


async def refund_entries(bank: Provider) -> list[Entry]:
    """The entries of money that went back, the oldest first."""
    async with bank.world.storage.transaction() as tx:
        newest = await tx.ledger.newest(ALL)
    return [entry for entry in reversed(newest) if entry.kind is EntryKind.REFUND]


def taken_whole(record: SourceRecord, arrival: SourceRecord, bank: Provider) -> Entry:
    """The entry by which *record* takes back a coin whose value was spent."""
    lines = (
        Line("asset:ton:ton:native", COIN, TON),
        Line("fx:ton:native", -COIN, TON),
        Line("fx:RUB", PRICE, RUB),
        Line("receivable:42", -PRICE, RUB),
    )
    name, corrects = f"reversal:{record.ref}", f"receipt/{arrival.ref}"
    return Entry(EntryKind.REFUND, name, lines, bank.world.clock.now(), corrects=corrects)


def debt_paid(units: int, cause: str, bank: Provider) -> Entry:
    """The entry by which *cause* pays so much of the debt now."""
    lines = (Line("user:42", -units, RUB), Line("receivable:42", units, RUB))
    return Entry(EntryKind.REFUND, f"debt:{cause}", lines, bank.world.clock.now())


async def booked(bank: Provider, record: SourceRecord) -> bool:
    """Whether *record* is booked, when a worker has it in hand."""
    context = SettlementContext.unasked(bank.world.clock.now(), bank.world.ids, bank.shop.book_reversals.sources)
    async with bank.world.storage.transaction() as tx:
        return await reverse_receipt(tx, record, context, OWNER)


async def test_a_chargeback_word_for_word(bank: Provider) -> None:
    """After a third of the month: three entries, and one notice for the owner and the customer each."""
    arrival = await buy(bank)
    begun = bank.world.clock.now()
    bank.world.clock.advance(days=10)
    record = bank.refunds.take_back(arrival)
    await bank.shop.work()
    now, name = bank.world.clock.now(), (bank.refunds.name, record.external_id)
    async with bank.world.storage.transaction() as tx:
        (order,) = await tx.orders.newest(ALICE, 1)
    ((alert,), (told,)) = bank.told()
    assert alert == MoneyReversed(*name, "ton", "ton:native", COIN, ALICE, "user42", PRICE, THIRD, 1, 0)
    assert told == MoneyTakenBack(*name, "ton", PRICE, THIRD, 0, 1, begun, is_over=True)
    left = PRICE - THIRD
    back = (Line("refunds", -left, RUB), Line("user:42", left, RUB))
    assert await refund_entries(bank) == [
        taken_whole(record, arrival, bank),
        Entry(EntryKind.REFUND, f"order:{order.id}", back, now, "system", record.ref),
        debt_paid(left, f"order:{order.id}", bank),
    ]


async def test_a_part_of_an_unspent_top_up_word_for_word(bank: Provider) -> None:
    """The rest of the balance and the time that was bought before are told as they are: nothing has ended."""
    await buy(bank)
    arrival = await top_up(bank, 20_000)
    record = bank.refunds.take_back(arrival, arrival.amount.units // 2)
    await bank.shop.work()
    name = (bank.refunds.name, record.external_id)
    ((alert,), (told,)) = bank.told()
    assert alert == MoneyReversed(*name, "ton", "ton:native", record.amount.units, ALICE, "user42", 10_000, 0, 0, 0)
    ends_at = bank.world.clock.now() + timedelta(days=30)
    assert told == MoneyTakenBack(*name, "ton", 10_000, 0, 10_000, 0, ends_at, is_over=False)


async def test_nobody_s_money_is_told_to_the_owner_alone(bank: Provider) -> None:
    """It had given nothing to anybody: no customer, no value, no debt."""
    arrival = bank.world.chain.deposit(COIN, "no such comment")
    await bank.shop.work()
    record = bank.refunds.take_back(arrival)
    await bank.shop.work()
    name = (bank.refunds.name, record.external_id)
    assert bank.told() == ([MoneyReversed(*name, "ton", "ton:native", COIN, None, None, 0, 0, 0, 0)], [])


async def test_what_is_worth_nothing_is_no_news_for_the_customer(bank: Provider) -> None:
    """A nanoton that went back takes no kopeck: the owner is told, the customer isn't."""
    arrival = await buy(bank)
    await bank.take_back(arrival, 1)
    (alert,), told = bank.told()
    assert (alert.units, alert.value_kopecks, alert.tg_id, told) == (1, 0, ALICE, [])


async def test_the_invoice_of_what_a_chargeback_stops_is_corrected(bank: Provider) -> None:
    """The living message of the payment says that its order was refunded."""
    view = await bank.alice.start_purchase()
    await bank.shop.record_invoice_message(view, ALICE, 17)
    arrival = bank.alice.send(view)
    await bank.shop.work()
    await bank.take_back(arrival)
    assert bank.alice.notices("invoice_changed")[-1] == InvoiceChanged(view.payment.id, "refunded")


async def test_what_was_bought_before_the_money_came_stays(bank: Provider) -> None:
    """Though a debt is left: two months bought with the money end, the month before it and an open order don't."""
    await buy(bank)
    bank.world.clock.advance(minutes=1)
    arrival = await top_up(bank, 30_000)
    for _ in range(2):
        await pay_from_balance(bank)
        bank.world.clock.advance(minutes=1)
    await bank.shop.adjust_balance(bank.world.ids.uuid(), ALICE, -4_200, "uid 1", WHY)
    await bank.alice.choose()
    await bank.take_back(arrival)
    async with bank.world.storage.transaction() as tx:
        states = [order.state for order in await tx.orders.newest(ALICE, 4)]
    assert states == [OrderState.OPEN, OrderState.REFUNDED, OrderState.REFUNDED, OrderState.DELIVERED]
    (alert,), (told,) = bank.told()
    assert (alert.stopped, alert.shortened, alert.owed_kopecks, told.stopped) == (2, 0, 4_200, 2)


async def month_then_max(bank: Provider) -> SourceRecord:
    """A month, and then another plan, which the rest of the month joins; what arrived for the month."""
    arrival = await buy(bank)
    async with bank.world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    await pay_for(bank.alice, bank.world, "max")
    if balance := await bank.alice.balance():
        await bank.shop.adjust_balance(bank.world.ids.uuid(), ALICE, -balance, "uid 1", WHY)
    return arrival


async def test_time_that_was_converted_goes_by_value_word_for_word(bank: Provider) -> None:
    """Less is left than is owed: all of it goes, what it was worth pays a part of the debt, and both orders count."""
    arrival = await month_then_max(bank)
    ends_at = await bank.alice.ends_at()
    assert ends_at is not None
    bank.world.clock.at = ends_at - timedelta(days=6)
    left = MAX.price.units // 5
    record = bank.refunds.take_back(arrival)
    await bank.shop.work()
    now, cause, name = bank.world.clock.now(), f"reversal:{record.ref}", (bank.refunds.name, record.external_id)
    async with bank.world.storage.transaction() as tx:
        *_, grant = await tx.grants.of_user(ALICE)
    assert grant == Grant(cause, ALICE, -6 * 86_400, now)
    given = (Line("refunds", -left, RUB), Line("user:42", left, RUB))
    assert (await refund_entries(bank))[-3:] == [
        taken_whole(record, arrival, bank),
        Entry(EntryKind.REFUND, f"time:{cause}", given, now),
        debt_paid(left, cause, bank),
    ]
    (alert,), (told,) = bank.told()
    assert (alert.stopped, alert.shortened, alert.owed_kopecks) == (0, 2, PRICE - left)
    assert told == MoneyTakenBack(*name, "ton", PRICE, PRICE - left, 0, 2, now, is_over=True)


async def test_no_more_converted_time_goes_than_is_owed(bank: Provider) -> None:
    """What the month had become is taken and pays the debt to the last kopeck; the other plan's own month is left."""
    arrival = await month_then_max(bank)
    record = bank.refunds.take_back(arrival)
    await bank.shop.work()
    cause = f"reversal:{record.ref}"
    given = (Line("refunds", -PRICE, RUB), Line("user:42", PRICE, RUB))
    assert (await refund_entries(bank))[-2:] == [
        Entry(EntryKind.REFUND, f"time:{cause}", given, bank.world.clock.now()),
        debt_paid(PRICE, cause, bank),
    ]
    (alert,), (told,) = bank.told()
    assert (alert.shortened, alert.owed_kopecks, told.balance_kopecks) == (1, 0, 0)
    assert await days_left(bank.alice, bank.world) == timedelta(days=30)


async def test_converted_time_that_is_over_pays_nothing(bank: Provider) -> None:
    """When all was used before the money goes back, all of it is owed, and no time is taken."""
    arrival = await month_then_max(bank)
    bank.world.clock.at += await days_left(bank.alice, bank.world)
    await bank.take_back(arrival)
    (alert,), _ = bank.told()
    assert (alert.owed_kopecks, await days_left(bank.alice, bank.world)) == (PRICE, timedelta(0))


async def test_each_row_of_the_list_is_booked_once(bank: Provider) -> None:
    """A second worker with the same half finds it booked, and the other half keeps its month."""
    arrival = await buy(bank)
    record = bank.refunds.take_back(arrival, COIN // 2)
    while (await bank.shop.read_receipts()).reads_on:
        pass
    assert await bank.shop.book_reversals() == 1
    assert await booked(bank, record)
    assert [one.ref for one in await refund_entries(bank)] == [f"reversal:{record.ref}"]
    assert bank.works()


@pytest.mark.parametrize("wrong", [Money(COIN + 1, TON), Money(PRICE, RUB)], ids=["too much", "another currency"])
async def test_a_row_that_can_not_be_true_is_not_booked(bank: Provider, wrong: Money) -> None:
    """More than has arrived, or another currency: nothing is booked, and the audit names the row."""
    arrival = await buy(bank)
    record = bank.refunds.take_back(arrival)
    bank.refunds.records[-1] = record = replace(record, amount=wrong)
    await bank.shop.work()
    assert (await bank.shop.book_reversals(), await refund_entries(bank), bank.works()) == (0, [], True)
    (finding,) = (await AuditLedger(bank.world.storage)()).findings
    assert record.ref in finding


async def test_what_reverses_nothing_known_is_not_booked(bank: Provider) -> None:
    """An arrival, and a refund of what the shop hasn't seen."""
    arrival = await buy(bank)
    unseen = bank.refunds.take_back(replace(arrival, external_id="1"))
    assert [await booked(bank, record) for record in (arrival, unseen)] == [False, False]
    assert await refund_entries(bank) == []


async def test_a_payment_that_is_open_is_settled_first(bank: Provider) -> None:
    """Half of the price goes back at once: it is booked when the payment expires, and the customer has nothing."""
    view = await bank.alice.start_purchase()
    arrival = bank.alice.send(view, COIN // 2)
    await bank.take_back(arrival)
    assert (await bank.shop.book_reversals(), await refund_entries(bank)) == (0, [])
    bank.world.clock.advance(minutes=20)
    await bank.shop.work()
    assert (await bank.alice.refreshed(view)).payment.status is PaymentStatus.EXPIRED
    assert (len(await refund_entries(bank)), await bank.alice.balance()) == (1, 0)
    assert await bank.accounts() == {}
