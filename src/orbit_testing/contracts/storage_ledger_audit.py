"""The contract of the ledger audit of every Storage."""

from dataclasses import replace
from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import Adjustment, confirmed, decision_name, made, rejected, requested
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.payout_entries import payout_reserved, payout_sent
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.ledger.wallet_entries import wallet_opened
from orbit_domain.money import RUB, TON, Currency, Money, rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import Method, PaymentStatus
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import Meaning
from orbit_domain.steps.book_effects import book_effects
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.steps.pay_order import order_paid
from orbit_domain.steps.take_back_order import GivenBack, order_refunded
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW

_SOURCE = samples.SOURCE


class LedgerAuditContract:
    """The audit reads the whole ledger and names every contradiction."""

    async def test_empty_books_are_right(self, storage: Storage) -> None:
        """Nothing recorded, nothing wrong."""
        async with storage.transaction() as tx:
            assert await tx.ledger.check() == LedgerAudit(0, (), (), (), (), ())

    async def test_a_whole_sale_is_right(self, storage: Storage) -> None:
        """Arrival, credit, debit, time and a free order leave nothing to name."""
        async with storage.transaction() as tx:
            await _sale(tx)
            assert await tx.ledger.check() == LedgerAudit(3, (), (), (), (), ())

    async def test_a_receipt_without_an_entry_is_named(self, storage: Storage) -> None:
        """A receipt without a ledger entry is named."""
        async with storage.transaction() as tx:
            await _sale(tx)
            await tx.receipts.add(samples.receipt(7))
            assert await tx.ledger.check() == LedgerAudit(3, (), (), ("ton:A|7",), (), ())

    async def test_a_refunded_order_has_given_its_price_back(self, storage: Storage) -> None:
        """Named: a refunded order whose price didn't go back, and a price that went back without a refunded order."""
        refunded, kept, unpaid_back = (
            samples.order(number, state=state)
            for number, state in ((1, OrderState.REFUNDED), (2, OrderState.DELIVERED), (3, OrderState.REFUNDED))
        )
        async with storage.transaction() as tx:
            await _sale(tx)
            await tx.orders.save(refunded)
            for order in (kept, unpaid_back):
                await tx.ledger.post(money_credited(f"more:{order.id}", ALICE, rub(12_900), rub(12_900), NOW))
                await tx.orders.add_if_absent(order)
                await tx.ledger.post(order_paid(str(order.id), ALICE, order.price, NOW))
            for order in (refunded, kept):
                await tx.ledger.post(order_refunded(order, GivenBack(order.price, "system", ""), NOW))
            found = await tx.ledger.check()
        assert found.wrong_orders == (str(kept.id), str(unpaid_back.id))

    async def test_a_receipt_must_be_what_its_source_said(self, storage: Storage) -> None:
        """Named: a receipt of another amount, asset or number of decimals than its row of the raw log."""
        as_read = samples.source_record().amount
        coin = as_read.currency
        claims = {
            1: as_read,
            2: Money(as_read.units + 1, coin),
            3: Money(as_read.units, Currency("ton:jetton:ab", coin.decimals)),
            4: Money(as_read.units, Currency(coin.code, coin.decimals - 1)),
            5: Money(samples.HUGE, coin),
        }
        async with storage.transaction() as tx:
            for lt, amount in claims.items():
                await tx.source_records.add(samples.source_record(lt), NOW)
                await _book(tx, samples.receipt(lt, source=_SOURCE, amount=amount))
            await _book(tx, samples.receipt(6, source=_SOURCE))
            await _book(tx, samples.receipt(1, source="ton:A"))
            await tx.source_records.add(samples.source_record(7), NOW)
            found = await tx.ledger.check()
        assert found.wrong_receipts == tuple(f"{_SOURCE}|{lt}" for lt in (2, 3, 4, 5))
        assert (found.entries, found.unbooked) == (7, (f"{_SOURCE}|7",))

    async def test_money_that_a_source_told_of_has_its_receipt(self, storage: Storage) -> None:
        """Named: a deposit and a record to be reviewed without a receipt; what moved nothing needs none."""
        async with storage.transaction() as tx:
            await tx.source_records.add(samples.source_record(1), NOW)
            await tx.source_records.add(samples.source_record(2, meaning=Meaning.REVIEW), NOW)
            await tx.source_records.add(samples.source_record(3, meaning=Meaning.NOTHING), NOW)
            await tx.source_records.add(samples.source_record(4, amount=Money(0, TON)), NOW)
            await tx.source_records.add(samples.source_record(5), NOW)
            await _book(tx, samples.receipt(5, source=_SOURCE, amount=samples.source_record(5).amount))
            assert (await tx.ledger.check()).unbooked == (f"{_SOURCE}|1", f"{_SOURCE}|2")

    async def test_what_a_wallet_moved_is_booked(self, storage: Storage) -> None:
        """Named: an asset of which the records sent and paid something else than their entries say."""
        sent = Effect(EffectKind.SENT, -samples.HUGE, "0:AB")
        paid = Effect(EffectKind.FEE, -5)
        async with storage.transaction() as tx:
            for number, effects in ((1, (sent, paid)), (2, (paid,))):
                record = samples.source_record(number, amount=Money(0, TON), effects=effects)
                await tx.source_records.add(record, NOW)
                assert (await tx.ledger.check()).unbooked_moves == (TON.code,)
                await book_effects(tx, [record], Method("ton"), NOW)
                assert (await tx.ledger.check()).unbooked_moves == ()
            await tx.ledger.post(wallet_opened(_SOURCE, "ton", Money(7, TON), NOW))
            assert (await tx.ledger.check()).unbooked_moves == ()

    async def test_a_payout_has_the_entries_of_its_state(self, storage: Storage) -> None:
        """Named: a payout without its reservation, one that is closed without an entry, and an entry of none."""
        first, second, none = (samples.payout(number) for number in (1, 2, 3))
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(samples.gift(1, 50_000))
            for number in (1, 2):
                await tx.payments.add(samples.payment(number, status=PaymentStatus.CONFIRMED, confirmed_at=NOW))
            for payout in (first, second):
                await tx.payouts.add(payout)
            for payout in (first, none):
                await tx.ledger.post(payout_reserved(payout.id, ALICE, payout.amount, rub(5), NOW, "x", "why"))
            wrong = {str(second.id), str(none.id)}
            assert set((await tx.ledger.check()).wrong_payouts) == wrong
            await tx.payouts.save(first.send("ton:A|1", NOW))
            assert set((await tx.ledger.check()).wrong_payouts) == wrong | {str(first.id)}
            await tx.ledger.post(payout_sent(first.id, first.amount, NOW, "ton:A|1"))
            assert set((await tx.ledger.check()).wrong_payouts) == wrong

    async def test_no_receipt_gives_more_than_arrived(self, storage: Storage) -> None:
        """Named: a receipt whose quoted part and surplus are more than it, and a credit of money that never came."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, units in ((1, 10), (2, 10), (3, samples.HUGE)):
                await _book(tx, samples.receipt(number, amount=Money(units, TON)))
            for ref, units in (
                ("ton:A|1", 4), ("ton:A|1|surplus", 6), ("ton:A|2", 4), ("ton:A|2|surplus", 7),
                ("ton:A|3", 2 * samples.HUGE), ("ton:A|9", 1),
            ):  # fmt: skip
                await tx.ledger.post(money_credited(ref, ALICE, Money(units, TON), rub(1), NOW))
            assert (await tx.ledger.check()).overcredited == ("ton:A|2", "ton:A|3", "ton:A|9")

    async def test_adjustments_are_decided_by_a_second_admin(self, storage: Storage) -> None:
        """Named: a decision that nobody asked for, one of another sum, and one by whoever asked; others are right."""
        asked = {name: _wish(number) for number, name in enumerate(("open", "confirmed", "rejected", "sum", "own"), 1)}
        decisions = (
            confirmed(asked["confirmed"], "cli:b", NOW),
            rejected(asked["rejected"], "cli:a", NOW, "taken back"),
            confirmed(replace(asked["sum"], units=501), "cli:b", NOW),
            confirmed(replace(asked["own"], actor="cli:b"), "cli:a", NOW),
            confirmed(_wish(9), "cli:b", NOW),
        )
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(made(_wish(8)))
            for wish in asked.values():
                await tx.ledger.post(requested(wish))
            assert await tx.ledger.undecided(3) == tuple(map(requested, list(asked.values())[:3]))
            for decision in decisions:
                await tx.ledger.post(decision)
            assert await tx.ledger.undecided(9) == (requested(asked["open"]),)
            found = await tx.ledger.check()
        wrong = sorted(decision_name(one.id) for one in (asked["sum"], asked["own"], _wish(9)))
        assert (list(found.wrong_adjustments), found.wrong_balances, found.unbalanced) == (wrong, (), ())

    async def test_a_key_ends_with_the_subscription(self, storage: Storage) -> None:
        """Named: a user of whom a key ends at another time than the subscription and its grace."""
        async with storage.transaction() as tx:
            for number, tg_id in ((1, ALICE), (2, BORIS)):
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.subscriptions.save(Subscription(tg_id, NOW))
                late = timedelta(seconds=number - 1)
                await tx.keys.add(samples.key(number, tg_id, expires_at=NOW + GRACE + late))
            assert (await tx.ledger.check()).wrong_keys == (BORIS,)

    async def test_orders_and_debits_must_agree(self, storage: Storage) -> None:
        """Named: a paid order without a debit, one debited another price, a debit of an open order, and of none."""
        unpaid, wrong, still_open, stray = (str(samples.identity(number)) for number in (11, 12, 13, 14))
        async with storage.transaction() as tx:
            await _sale(tx)
            for number in (11, 12, 13):
                await tx.orders.add_if_absent(samples.order(number))
            await tx.ledger.post(samples.gift(99, 100_000))
            await tx.orders.save(samples.order(11).pay(NOW))
            await tx.orders.save(samples.order(12).pay(NOW))
            await tx.ledger.post(order_paid(wrong, ALICE, rub(12_899), NOW))
            await tx.ledger.post(order_paid(still_open, ALICE, rub(12_900), NOW))
            await tx.ledger.post(order_paid(stray, ALICE, rub(12_900), NOW))
            assert (await tx.ledger.check()).wrong_orders == (unpaid, wrong, still_open, stray)

    async def test_a_price_is_paid_by_the_one_who_ordered(self, storage: Storage) -> None:
        """A debit of another user's account doesn't pay an order."""
        async with storage.transaction() as tx:
            await _sale(tx)
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.ledger.post(samples.gift(98, 100_000, BORIS))
            await tx.orders.add_if_absent(samples.order(11))
            await tx.orders.save(samples.order(11).pay(NOW))
            await tx.ledger.post(order_paid(str(samples.order(11).id), BORIS, rub(12_900), NOW))
            assert (await tx.ledger.check()).wrong_orders == (str(samples.order(11).id),)

    async def test_time_must_be_the_fold_of_grants(self, storage: Storage) -> None:
        """Named: an end without grants, grants without an end, and an end other than theirs, in order of users."""
        async with storage.transaction() as tx:
            await _sale(tx)
            for number in (4, 2, 3):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number)))
            await tx.subscriptions.save(Subscription(TelegramId(2), NOW))
            await tx.grants.add(Grant("c3", TelegramId(3), 60, NOW))
            await tx.grants.add(Grant("c4", TelegramId(4), 60, NOW))
            late = NOW + timedelta(seconds=60, microseconds=1)
            await tx.subscriptions.save(Subscription(TelegramId(4), late))
            assert (await tx.ledger.check()).wrong_subscriptions == (2, 3, 4)


def _wish(number: int) -> Adjustment:
    at = NOW + number * samples.MINUTE
    return Adjustment(samples.identity(number), ALICE, 500, RUB, "cli:a", f"why {number}", at)


async def _book(tx: Transaction, arrived: Receipt) -> None:
    await tx.receipts.add(arrived)
    await tx.ledger.post(money_arrived(arrived.ref, "ton", arrived.amount, NOW))


async def _sale(tx: Transaction) -> None:
    """One order paid by one arrival, one free order, and the time both gave."""
    await tx.users.add_if_absent(samples.new_user())
    for number, price in ((1, 12_900), (2, 0)):
        order = await tx.orders.add_if_absent(samples.order(number, price=rub(price)))
        await tx.orders.save(order.pay(NOW))
    arrived = samples.receipt(1, tg_id=ALICE)
    await tx.receipts.add(arrived)
    await tx.ledger.post(money_arrived(arrived.ref, "ton", arrived.amount, NOW))
    await tx.ledger.post(money_credited(arrived.ref, ALICE, arrived.amount, rub(13_000), NOW))
    await tx.ledger.post(order_paid(str(samples.order(1).id), ALICE, rub(12_900), NOW))
    subscription = Subscription(ALICE)
    for grant in (Grant("order:1", ALICE, 3600, NOW), Grant("order:2", ALICE, 60, NOW)):
        await tx.grants.add(grant)
        subscription = subscription.extend(grant, samples.TERMS.code)
    await tx.subscriptions.save(subscription)
