"""The contract of money that has gone back, of every Storage."""

from dataclasses import replace

from orbit_domain.ledger.entries import money_credited, sent_name
from orbit_domain.ledger.ledger import BookedCredit, Entry, EntryKind, Line, receivable_account
from orbit_domain.ledger.reversal_entries import debt_paid, money_reversed, reversal_name
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.reversal import taken_back
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import REFUND, Meaning, ReceiptKey, SourceRecord
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.storage import Storage, Transaction
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW

_COIN = Money(1_000, TON)


class ReversalContract:
    """Records of money that went back, and what the ledger says of them."""

    async def test_a_reversal_names_what_it_took_back(self, storage: Storage) -> None:
        """It is found by its receipt, in order of time; another receipt of the same number isn't meant."""
        async with storage.transaction() as tx:
            one, two = _reversal(11, of=1), _reversal(12, of=1)
            await tx.source_records.add_all([two, one, _reversal(13, of=2), samples.source_record(1)], NOW)
            assert await tx.source_records.reversals_of(ReceiptKey(samples.SOURCE, "1")) == (one, two)
            assert await tx.source_records.reversals_of(ReceiptKey("another", "1")) == ()

    async def test_reversals_of_known_receipts_are_to_be_booked(self, storage: Storage) -> None:
        """Not those of unknown receipts, of nothing, booked ones, and refunds that the shop has sent itself."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment())
            for number in (1, 2, 3, 4):
                await _arrive(tx, number)
            await _arrive(tx, 5, payment_id=samples.payment().id)
            records = [_reversal(10 + number, of=number) for number in (1, 2, 3, 5, 9)]
            empty = replace(_reversal(14, of=4), amount=Money(0, TON))
            await tx.source_records.add_all([*records, empty], NOW)
            assert await tx.source_records.unbooked_reversals(None, 10) == tuple(records[:4])
            await _reverse(tx, records[0], 1)
            lines = (Line("refund_payable", -1, TON), Line("asset:ton:ton:native", 1, TON))
            await tx.ledger.post(Entry(EntryKind.REFUND, sent_name(samples.payment().id), lines, NOW, reason="15"))
            assert await tx.source_records.unbooked_reversals(None, 10) == tuple(records[1:3])
            assert await tx.source_records.unbooked_reversals(records[1], 10) == (records[2],)
            assert await tx.source_records.unbooked_reversals(None, 1) == (records[1],)
            assert (await tx.ledger.check()).unreversed == (records[1].ref, records[2].ref)

    async def test_a_reversal_waits_for_an_open_payment(self, storage: Storage) -> None:
        """The audit doesn't complain while a payment is open: its receipt isn't anybody's yet."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment())
            await _arrive(tx, 1, payment_id=samples.payment().id)
            await tx.source_records.add(_reversal(11, of=1), NOW)
            assert (await tx.ledger.check()).unreversed == ()

    async def test_what_has_gone_back_whole_is_not_unmatched(self, storage: Storage) -> None:
        """In parts or at once; what has gone back in part is."""
        async with storage.transaction() as tx:
            for number in (1, 2, 3):
                await _arrive(tx, number)
            parts = ((11, 1, 1_000), (12, 2, 400), (13, 2, 600), (14, 3, 999))
            for number, of, units in parts:
                record = _reversal(number, of, units)
                await tx.source_records.add(record, NOW)
                await _reverse(tx, record, of)
            assert [one.external_id for one in await tx.receipts.unmatched(10)] == ["3"]
            audit = await tx.ledger.check()
            assert (audit.overreturned, audit.overcredited, audit.unreversed) == ((), (), ())

    async def test_a_debt_is_what_stands_in_the_receivable(self, storage: Storage) -> None:
        """Each user's own, zero at first; what is paid is owed no more. The audit names a debt below nothing."""
        async with storage.transaction() as tx:
            for tg_id in (ALICE, BORIS):
                await tx.users.add_if_absent(samples.new_user(tg_id))
            await tx.ledger.post(samples.gift(1, 500))
            assert await tx.ledger.debt(ALICE) == 0
            lines = (Line("fx:RUB", 700, RUB), Line(receivable_account(ALICE), -700, RUB))
            await tx.ledger.post(Entry(EntryKind.REFUND, reversal_name("x"), lines, NOW))
            assert (await tx.ledger.debt(ALICE), await tx.ledger.debt(BORIS)) == (700, 0)
            assert (await tx.ledger.booked(samples.payment().id, ALICE)).owed == 700
            assert await tx.ledger.post(debt_paid(ALICE, rub(500), "gift", NOW))
            assert await tx.ledger.debt(ALICE) == 200
            assert (await tx.ledger.check()).wrong_debts == ()
            await tx.ledger.post(samples.gift(2, 201))
            await tx.ledger.post(debt_paid(ALICE, rub(201), "another gift", NOW))
            assert (await tx.ledger.check()).wrong_debts == (ALICE,)

    async def test_no_more_goes_back_than_arrived(self, storage: Storage) -> None:
        """The audit names a receipt of which more went back, and one that gave what had gone back."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in (1, 2):
                await _arrive(tx, number)
            for number, of in ((11, 1), (12, 2), (13, 2)):
                await _reverse(tx, _reversal(number, of), of)
            await tx.ledger.post(money_credited(f"{samples.SOURCE}|1", ALICE, _COIN, rub(1), NOW))
            audit = await tx.ledger.check()
            assert audit.overreturned == (f"{samples.SOURCE}|2",)
            assert audit.overcredited == (f"{samples.SOURCE}|1", f"{samples.SOURCE}|2")

    async def test_a_cursor_is_held(self, storage: Storage) -> None:
        """Whether it was ever moved or not; it stays where it is."""
        cursor = Cursor("ton:held", "1:a")
        async with storage.transaction() as tx:
            await tx.cursors.move(None, cursor)
            await tx.cursors.lock("ton:held")
            await tx.cursors.lock("never read")
            assert await tx.cursors.get("ton:held") == cursor


def _reversal(number: int, of: int, units: int = 1_000) -> SourceRecord:
    record = samples.source_record(number, kind=REFUND, meaning=Meaning.NOTHING, amount=Money(units, TON))
    return replace(record, reverses=ReceiptKey(samples.SOURCE, str(of)))


async def _arrive(tx: Transaction, number: int, **changes: object) -> None:
    arrived: Receipt = samples.receipt(number, source=samples.SOURCE, amount=_COIN, **changes)
    await tx.receipts.add(arrived)
    await tx.ledger.post(money_arrived(arrived.ref, "ton", arrived.amount, NOW))


async def _reverse(tx: Transaction, record: SourceRecord, of: int) -> None:
    taken = taken_back(_COIN, BookedCredit(0, 0), 0, record.amount.units, RUB)
    await tx.ledger.post(money_reversed(record.ref, f"{samples.SOURCE}|{of}", "ton", taken, None, NOW))
