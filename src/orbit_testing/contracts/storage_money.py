"""The contract of receipts, transfers, cursors and the ledger of every Storage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ledger.entries import money_arrived, money_credited
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, InsufficientBalance, Line, StatementLine, user_account
from orbit_domain.money import RUB, TON, CurrencyMismatch, Money, rub
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Cursor, TransferClass
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import NoSuchUser
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, HUGE, MINUTE, NOW, UNKNOWN_USER


class ReceiptContract:
    """Receipts."""

    conflict: type[Exception]

    async def test_a_receipt_is_recorded_once(self, storage: Storage) -> None:
        """The same (source, external id) again changes nothing; the same id of another source is new."""
        async with storage.transaction() as tx:
            assert await tx.receipts.add(samples.receipt(1))
            assert not await tx.receipts.add(samples.receipt(1, amount=Money(7, TON)))
            assert await tx.receipts.add(samples.receipt(1, source="ton:B"))
            assert await tx.receipts.get("ton:A", "1") == samples.receipt(1)
            assert await tx.receipts.get("ton:C", "1") is None

    async def test_receipts_are_in_order_of_arrival(self, storage: Storage) -> None:
        """A payment's receipts come in order of arrival, a user's newest first, up to the limit."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment())
            owned = {"tg_id": ALICE, "payment_id": samples.payment().id}
            for number in (2, 3, 1):
                await tx.receipts.add(samples.receipt(number, **owned))
            listed = await tx.receipts.of_payment(samples.payment().id)
            assert [receipt.external_id for receipt in listed] == ["1", "2", "3"]
            newest = await tx.receipts.of_user(ALICE, 2)
            assert [receipt.external_id for receipt in newest] == ["3", "2"]

    async def test_receipts_without_a_user_are_unmatched(self, storage: Storage) -> None:
        """Receipts without a user are unmatched, the largest and then the newest first, until a credit names them."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in (3, 1, 2):
                await tx.receipts.add(samples.receipt(number))
            await tx.receipts.add(samples.receipt(4, tg_id=ALICE))
            dust = Money(9, TON)
            for number in (5, 6):
                await tx.receipts.add(samples.receipt(number, amount=dust))
            assert [one.external_id for one in await tx.receipts.unmatched(10)] == ["3", "2", "1", "6", "5"]
            given = samples.receipt(2)
            await tx.ledger.post(money_arrived(given.ref, "ton", given.amount, NOW))
            await tx.ledger.post(money_credited(given.ref, ALICE, given.amount, rub(100), NOW))
            assert [one.external_id for one in await tx.receipts.unmatched(3)] == ["3", "1", "6"]
            assert [one.external_id for one in await tx.receipts.unmatched(1)] == ["3"]

    @pytest.mark.parametrize("whose", ["user", "payment"])
    async def test_receipts_reference_existing_rows(self, storage: Storage, whose: str) -> None:
        """A receipt for an unknown user or payment is refused with an error."""
        orphan = (
            samples.receipt(1, tg_id=UNKNOWN_USER)
            if whose == "user"
            else samples.receipt(1, payment_id=samples.payment().id)
        )
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.receipts.add(orphan)


class TransferContract:
    """The raw log of chains, and its cursors."""

    async def test_a_place_in_a_chain_is_recorded_once(self, storage: Storage) -> None:
        """The same transaction again is not new; another hash at the same place is refused and changes nothing."""
        async with storage.transaction() as tx:
            assert await tx.transfers.add(samples.transfer(1), NOW)
            assert not await tx.transfers.add(samples.transfer(1), NOW + HOUR)
            with pytest.raises(HashConflict):
                await tx.transfers.add(samples.transfer(1, tx_hash="e" * 64), NOW)
            assert await tx.transfers.add(samples.transfer(1, network="testnet", tx_hash="e" * 64), NOW)
            assert len(await tx.transfers.newest(10)) == 2

    async def test_the_log_lists_its_newest_rows(self, storage: Storage) -> None:
        """Rows of every class are listed by logical time, newest first, whatever the order in which they came."""
        async with storage.transaction() as tx:
            for lt in (30, 9, 100):
                await tx.transfers.add(samples.transfer(lt), NOW)
            await tx.transfers.add(samples.transfer(10, kind=TransferClass.NOISE), NOW)
            assert [one.lt for one in await tx.transfers.newest(10)] == [100, 30, 10, 9]
            assert [one.lt for one in await tx.transfers.newest(3)] == [100, 30, 10]

    async def test_a_cursor_moves_only_from_where_it_is(self, storage: Storage) -> None:
        """A cursor moves when the old one is exactly what is stored, watermark and all; otherwise nothing changes."""
        start, first = Cursor.start("ton:A"), Cursor("ton:A", 5, "a" * 64)
        seen = replace(first, watermark=NOW)
        async with storage.transaction() as tx:
            assert await tx.cursors.get("ton:A") is None
            assert not await tx.cursors.move(start, first)
            assert await tx.cursors.move(None, start)
            assert not await tx.cursors.move(None, first)
            assert await tx.cursors.move(start, first)
            assert await tx.cursors.move(first, seen)
            for stale in (start, first, replace(seen, tx_hash="b" * 64), replace(seen, lt=6)):
                assert not await tx.cursors.move(stale, replace(stale, lt=9))
            assert not await tx.cursors.move(replace(seen, watermark=NOW + timedelta(microseconds=1)), first)
            assert await tx.cursors.get("ton:A") == seen
            assert await tx.cursors.move(seen, replace(seen, watermark=None))

    async def test_a_cursor_stays_with_its_source(self, storage: Storage) -> None:
        """Moving a cursor to another source is a bug, and is refused."""
        async with storage.transaction() as tx:
            await tx.cursors.move(None, Cursor.start("ton:A"))
            with pytest.raises(ValueError):
                await tx.cursors.move(Cursor.start("ton:A"), Cursor.start("ton:B"))

    async def test_one_of_many_readers_moves_the_cursor(self, storage: Storage) -> None:
        """Of many that read the same rows at once one moves the cursor."""
        async with storage.transaction() as tx:
            await tx.cursors.move(None, Cursor.start("ton:A"))

        async def read(number: int) -> bool:
            async with storage.transaction() as tx:
                return await tx.cursors.move(Cursor.start("ton:A"), Cursor("ton:A", 1 + number, "a" * 64))

        assert sum(await asyncio.gather(*(read(number) for number in range(16)))) == 1


class LedgerContract:
    """The ledger."""

    async def test_an_entry_is_posted_once_and_moves_the_balance(self, storage: Storage) -> None:
        """(kind, ref) is posted once for ever; the balance follows the user's line; another kind is another entry."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            assert await tx.ledger.post(samples.gift(1, 500))
            assert not await tx.ledger.post(samples.gift(1, 900))
            assert await tx.ledger.post(samples.gift(1, 70, kind=EntryKind.ADJUSTMENT))
            assert await _balance(tx) == 570
            assert await tx.ledger.newest(10) == (
                samples.gift(1, 70, kind=EntryKind.ADJUSTMENT),
                samples.gift(1, 500),
            )

    async def test_concurrent_posts_of_one_reference_post_once(self, storage: Storage) -> None:
        """Of many concurrent posts of one (kind, ref) one is recorded, and the balance moves once."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())

        async def post() -> bool:
            async with storage.transaction() as tx:
                return await tx.ledger.post(samples.gift(1, 500))

        assert sum(await asyncio.gather(*(post() for _ in range(64)))) == 1
        async with storage.transaction() as tx:
            assert await _balance(tx) == 500

    async def test_concurrent_debits_never_overdraw(self, storage: Storage) -> None:
        """When twenty debits race for the money of five, five get it."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(samples.gift(1000, 500))

        async def spend(number: int) -> bool:
            async with storage.transaction() as tx:
                return await tx.ledger.post(samples.gift(number, -100, kind=EntryKind.ORDER))

        answers = await asyncio.gather(*(spend(number) for number in range(20)), return_exceptions=True)
        assert answers.count(True) == 5
        assert sum(isinstance(answer, InsufficientBalance) for answer in answers) == 15
        async with storage.transaction() as tx:
            assert await _balance(tx) == 0
            assert (await tx.ledger.check()).wrong_balances == ()

    async def test_an_overdraft_is_refused_and_leaves_nothing(self, storage: Storage) -> None:
        """A debit beyond the balance names both amounts, and the same transaction continues unchanged."""
        both = (
            Line(user_account(ALICE), 40, RUB),
            Line(user_account(BORIS), -60, RUB),
            Line(REVENUE, 20, RUB),
        )
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.ledger.post(samples.gift(1, 500))
            with pytest.raises(InsufficientBalance) as refused:
                await tx.ledger.post(samples.gift(2, -501))
            assert (refused.value.balance, refused.value.price) == (rub(500), rub(501))
            with pytest.raises(InsufficientBalance):
                await tx.ledger.post(Entry(EntryKind.ADJUSTMENT, "both", both, NOW))
        async with storage.transaction() as tx:
            assert await _balance(tx) == 500
            assert await tx.ledger.newest(10) == (samples.gift(1, 500),)
            assert await tx.ledger.post(samples.gift(2, -500))
            assert await _balance(tx) == 0

    async def test_an_entry_of_an_unknown_user_is_refused(self, storage: Storage) -> None:
        """Money can't be booked for a user who doesn't exist, and nothing of such an entry stays."""
        async with storage.transaction() as tx:
            for units in (5, -5):
                with pytest.raises(NoSuchUser):
                    await tx.ledger.post(samples.gift(1, units, UNKNOWN_USER))
            assert await tx.ledger.newest(10) == ()

    async def test_users_accounts_hold_the_base_currency(self, storage: Storage) -> None:
        """Entries that no user's account can hold are refused as the bugs they are, and leave nothing."""
        foreign = (Line(user_account(ALICE), 5, TON), Line(REVENUE, -5, TON))
        garbled = (Line("user:01001", 5, RUB), Line(REVENUE, -5, RUB))
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            with pytest.raises(CurrencyMismatch):
                await tx.ledger.post(Entry(EntryKind.CREDIT, "foreign", foreign, NOW))
            with pytest.raises(ValueError):
                await tx.ledger.post(Entry(EntryKind.CREDIT, "garbled", garbled, NOW))
            with pytest.raises(OverflowError):
                await tx.ledger.post(samples.gift(1, HUGE))
            assert await tx.ledger.newest(10) == ()

    async def test_entries_are_kept_whole(self, storage: Storage) -> None:
        """Lines in their order, amounts beyond 64 bits, actor, reason and what is corrected are read back."""
        arrived = money_arrived("ton:A|1", "ton", Money(HUGE, TON), NOW)
        lines = (Line("z", -HUGE, TON), Line("a", HUGE - 1, TON), Line("m", 1, TON))
        corrected = Entry(EntryKind.ADJUSTMENT, "fix", lines, NOW, "owner:1", "because", "receipt/ton:A|1")
        async with storage.transaction() as tx:
            await tx.ledger.post(arrived)
            await tx.ledger.post(corrected)
            assert await tx.ledger.newest(10) == (corrected, arrived)
            assert await tx.ledger.newest(1) == (corrected,)
            assert (await tx.ledger.check()).unbalanced == ()

    async def test_credits_are_found_by_payment(self, storage: Storage) -> None:
        """Only CREDIT entries of the payment's own receipts to this user count, by their reference."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            mine, other = samples.payment(1), samples.payment(2, BORIS)
            await tx.payments.add(mine)
            await tx.payments.add(other)
            for number in range(1, 6):
                payment_id = (other if number == 5 else mine).id
                await tx.receipts.add(samples.receipt(number, tg_id=ALICE, payment_id=payment_id))
            await tx.ledger.post(samples.gift(1, 100, ref="ton:A|1"))
            await tx.ledger.post(samples.gift(3, 300, BORIS, ref="ton:A|3"))
            await tx.ledger.post(samples.gift(4, 400, kind=EntryKind.REFUND, ref="ton:A|4"))
            await tx.ledger.post(samples.gift(5, 500, ref="ton:A|5"))
            assert dict(await tx.ledger.credited(mine.id, ALICE)) == {"ton:A|1": 100}
            assert dict(await tx.ledger.credited(samples.payment(9).id, ALICE)) == {}

    async def test_statement_lines_are_newest_first(self, storage: Storage) -> None:
        """A user's statement holds only their lines in the order of the ledger, newest first, up to the limit."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.ledger.post(samples.gift(1, 100))
            await tx.ledger.post(samples.gift(2, 100, BORIS))
            await tx.ledger.post(samples.gift(3, -30, kind=EntryKind.ORDER))
            newest = StatementLine(EntryKind.ORDER, "gift:3", -30, NOW + 3 * MINUTE, "gift 3")
            oldest = StatementLine(EntryKind.CREDIT, "gift:1", 100, NOW + MINUTE, "gift 1")
            assert await tx.ledger.statement_lines(ALICE, 10) == (newest, oldest)
            assert await tx.ledger.statement_lines(ALICE, 1) == (newest,)
            assert await tx.ledger.statement_lines(UNKNOWN_USER, 10) == ()


async def _balance(tx: Transaction) -> int:
    return (await tx.users.lock(ALICE)).balance.units
