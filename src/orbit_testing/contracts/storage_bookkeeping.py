"""What every Storage tells a reconciliation, and what it tells of a period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from orbit_domain.access.key import Key
from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.bookkeeping.periods import AccountFigures, NumberedEntry, ReceiptTotals, SalesTotals, sums_by_currency
from orbit_domain.bookkeeping.statements import LineSubject
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.money import RUB, STARS, TON, Money, rub
from orbit_domain.order.order import Order, OrderState, trial_nonce
from orbit_domain.payment.payment import Method
from orbit_domain.payment.receipt import Receipt
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import Grant, Subscription, order_cause, refund_cause, trial_cause
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW, SOURCE

_INSTANT = timedelta(microseconds=1)
_OFTEN = 10


class ComparisonContract:
    """Questions whose right answer is "none" name exactly what isn't right."""

    async def test_records_are_paged_in_order(self, storage: Storage) -> None:
        """Pages of a period hold each record of the source once, its end isn't in it, and its bounds are found."""
        async with storage.transaction() as tx:
            for number in (5, 1, 4, 2, 3):
                await tx.source_records.add(samples.source_record(number, occurred_at=NOW + number // 2 * MINUTE), NOW)
            await tx.source_records.add(samples.source_record(9, source="other", occurred_at=NOW), NOW)
            pages = [await tx.comparisons.records(SOURCE, NOW, NOW + 2 * MINUTE, None, 2)]
            pages.append(await tx.comparisons.records(SOURCE, NOW, NOW + 2 * MINUTE, pages[0][-1], 2))
            assert [[one.external_id for one in page] for page in pages] == [["1", "2"], ["3"]]
            first = await tx.comparisons.first_record(SOURCE)
            before = await tx.comparisons.last_record_before(SOURCE, NOW + 2 * MINUTE)
            assert (first, before) == (pages[0][0], pages[1][0])
            assert await tx.comparisons.first_record("unknown") is None
            assert await tx.comparisons.last_record_before(SOURCE, NOW) is None

    async def test_asset_accounts_are_told_with_their_receipts(self, storage: Storage) -> None:
        """What stands there, what receipts have booked and what arrived, exactly, however large and wherever it is."""
        async with storage.transaction() as tx:
            for number, amount in ((1, Money(samples.HUGE, TON)), (2, Money(7, TON)), (3, Money(5, STARS))):
                await tx.receipts.add(samples.receipt(number, amount=amount))
            await tx.ledger.post(money_arrived("1", "ton", Money(samples.HUGE, TON), NOW))
            await tx.ledger.post(money_arrived("2", "ton", Money(8, TON), NOW))
            await tx.ledger.post(money_arrived("4", "bank:of", rub(3), NOW))
            assert await tx.comparisons.asset_accounts() == (
                AssetAccount("bank:of", RUB, -3, 3, 0),
                AssetAccount("ton", STARS, 0, 0, 5),
                AssetAccount("ton", TON, -samples.HUGE - 8, samples.HUGE + 8, samples.HUGE + 7),
            )

    async def test_orders_and_time_must_agree(self, storage: Storage) -> None:
        """Named: a paid order that gave no time, and time of an order that is open, cancelled or not there."""
        states = (OrderState.PAID, OrderState.DELIVERED, OrderState.OPEN, OrderState.CANCELLED, OrderState.REFUNDED)
        async with storage.transaction() as tx:
            await _join(tx, ALICE, BORIS)
            right = [await _order(tx, number, state, gives=True) for number, state in enumerate(states, 1)]
            wrong = [await _order(tx, number, state, gives=False) for number, state in enumerate(states, 11)]
            await _order(tx, 21, OrderState.DELIVERED, gives=False, price=rub(0), tg_id=BORIS)
            await tx.grants.add(Grant(trial_cause(BORIS), BORIS, 60, NOW))
            missing = OrderId(samples.identity(99))
            for cause in (order_cause(missing), refund_cause(wrong[0]), "gift:order"):
                await tx.grants.add(Grant(cause, BORIS, 60, NOW))
            without_time = await tx.comparisons.orders_without_time(_OFTEN)
            without_order = await tx.comparisons.time_without_order(_OFTEN)
            assert without_time == tuple((order_id, ALICE) for order_id in wrong[:2])
            assert without_order == ((right[2], ALICE), (right[3], ALICE), (missing, BORIS))
            assert await tx.comparisons.orders_without_time(1) == without_time[:1]
            assert await tx.comparisons.time_without_order(1) == without_order[:1]

    async def test_time_and_keys_must_agree(self, storage: Storage) -> None:
        """Named: customers with time left and no key, and working keys of those who were never given time."""
        people = [TelegramId(number) for number in (3, 2, 1, 4)]
        with_key, without, over, never = people
        async with storage.transaction() as tx:
            await _join(tx, *people)
            for tg_id, ends_at in ((with_key, NOW + HOUR), (without, NOW + _INSTANT), (over, NOW)):
                await tx.grants.add(Grant(f"gift:{tg_id}", tg_id, 60, NOW))
                await tx.subscriptions.save(Subscription(tg_id, ends_at))
            strays: Sequence[Key] = [samples.key(number, never) for number in (11, 12)]
            for key in (samples.key(1, with_key), *strays):
                await tx.keys.add(key)
            await tx.keys.add(samples.key(13, never).revoke(NOW + HOUR, NOW))
            await tx.keys.add(samples.key(14, never, expires_at=NOW))
            assert await tx.comparisons.customers_without_key(NOW, _OFTEN) == (without,)
            found = await tx.comparisons.keys_without_time(NOW, _OFTEN)
            assert found == tuple((key.id, never) for key in strays)
            assert await tx.comparisons.keys_without_time(NOW, 1) == found[:1]


class StatementContract:
    """A customer reads how money came and what it bought."""

    async def test_lines_are_told_with_what_they_are_about(self, storage: Storage) -> None:
        """The way of a receipt and of a payment that went back, the plan of an order; names of nothing are left out."""
        receipt, payment, order = samples.receipt(), samples.payment(), samples.order()
        about_receipt, about_order = LineSubject(method=Method(receipt.method)), LineSubject(bought=order.terms)
        expected: dict[tuple[EntryKind, str], LineSubject | None] = {
            (EntryKind.CREDIT, receipt.ref): about_receipt,
            (EntryKind.CREDIT, f"{receipt.ref}|surplus"): about_receipt,
            (EntryKind.CREDIT, f"{SOURCE}|unknown"): None,
            (EntryKind.REFUND, f"sent:{payment.id}"): LineSubject(method=payment.method),
            (EntryKind.REFUND, f"payment:{samples.payment(9).id}"): None,
            (EntryKind.ORDER, str(order.id)): about_order,
            (EntryKind.REFUND, f"order:{order.id}"): about_order,
            (EntryKind.ORDER, str(samples.order(9).id)): None,
            (EntryKind.ADJUSTMENT, "decided:1"): None,
            (EntryKind.REFUND, "payment:x"): None,
        }
        lines = [StatementLine(kind, ref, 1, NOW, "") for kind, ref in expected]
        async with storage.transaction() as tx:
            await _join(tx, ALICE)
            await tx.orders.add_if_absent(order)
            await tx.payments.add(payment)
            await tx.receipts.add(receipt)
            subjects = [await tx.statements.subjects(some) for some in (lines, lines[3:4], lines[8:], ())]
        everything = {ref: subject for (_, ref), subject in expected.items() if subject is not None}
        payments_own = {ref: one for ref, one in everything.items() if ref.startswith("sent:")}
        assert [dict(one) for one in subjects] == [everything, payments_own, {}, {}]


class PeriodContract:
    """A period holds its beginning and not its end; its pages hold everything once, its figures are exact."""

    async def test_entries_are_paged_in_the_order_of_recording(self, storage: Storage) -> None:
        """Every entry of the period comes once, whole, with a larger number than those before."""
        async with storage.transaction() as tx:
            await _join(tx, ALICE)
            for number in (9, 2, 1, 3, 4):
                await tx.ledger.post(samples.gift(number, number))
            since, until = NOW + MINUTE, NOW + 4 * MINUTE
            page = await tx.periods.entries(since, until, None, 2)
            pages = [*page, *await tx.periods.entries(since, until, page[-1], 2)]
            assert [one.entry for one in pages] == [samples.gift(number, number) for number in (2, 1, 3)]
            assert sorted(pages, key=_number) == pages
            assert await tx.periods.entries(since, until, pages[-1], 2) == ()

    async def test_receipts_are_paged_by_their_key(self, storage: Storage) -> None:
        """Every receipt that was seen in the period comes once, whatever its source."""
        seen: list[Receipt] = [
            samples.receipt(number, source=source, seen_at=NOW + at)
            for number, source, at in (
                (1, "b", 0 * HOUR), (2, "a", HOUR), (3, "a", HOUR - _INSTANT), (4, "b", HOUR / 2), (5, "a", -_INSTANT),
            )
        ]  # fmt: skip
        async with storage.transaction() as tx:
            for one in seen:
                await tx.receipts.add(one)
            page = await tx.periods.receipts(NOW, NOW + HOUR, None, 2)
            assert page == (seen[2], seen[0])
            assert await tx.periods.receipts(NOW, NOW + HOUR, page[-1], 2) == (seen[3],)

    async def test_orders_are_paged_by_id(self, storage: Storage) -> None:
        """Every order that was opened or paid in the period comes once."""
        before, within = NOW - MINUTE, NOW + MINUTE
        times = ((within, None), (before, within), (before, None), (before, before), (NOW + HOUR, None), (NOW, within))
        async with storage.transaction() as tx:
            await _join(tx, ALICE)
            made: list[Order] = [
                samples.order(number, created_at=created_at, paid_at=paid_at)
                for number, (created_at, paid_at) in enumerate(times)
            ]
            for order in made:
                await tx.orders.add_if_absent(order)
                await tx.orders.save(order)
            page = await tx.periods.orders(NOW, NOW + HOUR, None, 2)
            assert page == (made[0], made[1])
            assert await tx.periods.orders(NOW, NOW + HOUR, page[-1].id, 2) == (made[5],)

    async def test_figures_add_up(self, storage: Storage) -> None:
        """Opening, what came and what left are exact for each account, customers are one, and all sum to zero."""
        huge = Money(samples.HUGE, TON)
        async with storage.transaction() as tx:
            await _join(tx, ALICE, BORIS)
            for at, entry_at in enumerate((NOW - _INSTANT, NOW, NOW + HOUR - _INSTANT, NOW + HOUR)):
                await tx.ledger.post(money_arrived(f"{at}", "ton", huge, entry_at))
                await tx.ledger.post(money_credited(f"{at}", (ALICE, BORIS)[at % 2], huge, rub(100), entry_at))
            figures = await tx.periods.account_figures(NOW, NOW + HOUR)
        units = samples.HUGE
        assert figures == (
            AccountFigures("asset:ton:ton:native", TON, -units, 0, -2 * units),
            AccountFigures("fx:RUB", RUB, -100, 0, -200),
            AccountFigures("fx:ton:native", TON, units, 2 * units, 0),
            AccountFigures("unmatched", TON, 0, 2 * units, -2 * units),
            AccountFigures("user:*", RUB, 100, 200, 0),
        )
        assert sums_by_currency(figures) == {"RUB": (0, 0), "ton:native": (0, 0)}

    async def test_receipts_are_totalled_by_method(self, storage: Storage) -> None:
        """What was seen in the period, by method and asset, exactly; a period without any has none."""
        seen: list[tuple[str, Money, datetime]] = [
            ("ton", Money(samples.HUGE, TON), NOW),
            ("ton", Money(1, TON), NOW + MINUTE),
            ("stars", Money(3, STARS), NOW),
            ("ton", Money(5, TON), NOW + HOUR),
        ]
        async with storage.transaction() as tx:
            for number, (method, amount, seen_at) in enumerate(seen):
                await tx.receipts.add(samples.receipt(number, method=method, amount=amount, seen_at=seen_at))
            assert await tx.periods.receipt_totals(NOW, NOW + HOUR) == (
                ReceiptTotals("stars", 1, Money(3, STARS)),
                ReceiptTotals("ton", 2, Money(samples.HUGE + 1, TON)),
            )
            assert await tx.periods.receipt_totals(NOW - HOUR, NOW) == ()

    async def test_sales_of_a_period(self, storage: Storage) -> None:
        """Who came, trials, sales and renewals of the period, whatever became of the orders; what is free is none."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS, created_at=NOW - HOUR))
            paid = ((1, ALICE, 100, -HOUR), (2, ALICE, 200, 0 * HOUR), (3, BORIS, 400, HOUR / 2), (4, BORIS, 800, HOUR))
            for number, tg_id, units, later in paid:
                order = samples.order(number, tg_id, price=rub(units))
                await tx.orders.save((await tx.orders.add_if_absent(order)).pay(NOW + later))
            free = samples.order(5, BORIS, price=rub(0), nonce=trial_nonce(BORIS))
            await tx.orders.save((await tx.orders.add_if_absent(free)).pay(NOW))
            await tx.orders.add_if_absent(samples.order(6, BORIS))
        async with storage.transaction() as tx:
            came = int(NOW <= samples.new_user().created_at < NOW + HOUR)
            assert await tx.periods.sales(NOW, NOW + HOUR) == SalesTotals(came, 1, 2, 1, 600)
            assert await tx.periods.sales(NOW + 2 * HOUR, NOW + 3 * HOUR) == SalesTotals(0, 0, 0, 0, 0)
            assert [one.id for one in await tx.orders.paid_since(NOW, None, 9)] == [
                samples.order(2).id, free.id, samples.order(3).id, samples.order(4).id
            ]  # fmt: skip
            assert [one.id for one in await tx.orders.paid_since(NOW + HOUR, None, 1)] == [samples.order(4).id]
            (last,) = await tx.orders.paid_since(NOW + HOUR, None, 1)
            assert await tx.orders.paid_since(NOW, last, 9) == ()


async def _join(tx: Transaction, *people: TelegramId) -> None:
    for tg_id in people:
        await tx.users.add_if_absent(samples.new_user(tg_id))


async def _order(tx: Transaction, number: int, state: OrderState, *, gives: bool, **changes: Any) -> OrderId:
    order: Order = samples.order(number, **changes)
    await tx.orders.add_if_absent(order)
    await tx.orders.save(samples.order(number, **{**changes, "state": state}))
    if gives:
        await tx.grants.add(Grant(order_cause(order.id), order.tg_id, 60, NOW))
    return order.id


def _number(one: NumberedEntry) -> int:
    return one.number
