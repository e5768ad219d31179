"""The contract of receipts and the ledger of every Storage."""

import asyncio

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import (
    REVENUE,
    BookedCredit,
    Entry,
    EntryKind,
    InsufficientBalance,
    Line,
    StatementLine,
    user_account,
)
from orbit_domain.ledger.repository import Booked
from orbit_domain.money import RUB, TON, CurrencyMismatch, Money, rub
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import NoSuchUser
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HUGE, MINUTE, NOW, UNKNOWN_USER


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

    async def test_many_receipts_are_recorded_at_once(self, storage: Storage) -> None:
        """Those that are recorded already stay as they were."""
        async with storage.transaction() as tx:
            await tx.receipts.add(samples.receipt(2))
            await tx.receipts.add_all([samples.receipt(1), samples.receipt(2, amount=Money(7, TON))])
            await tx.receipts.add_all([])
            assert await tx.receipts.get("ton:A", "1") == samples.receipt(1)
            assert await tx.receipts.get("ton:A", "2") == samples.receipt(2)

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

    async def test_an_entry_is_found_by_its_name(self, storage: Storage) -> None:
        """As it was posted, by kind and reference; nothing is found for another kind or a name that isn't there."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(samples.gift(1, 500))
            await tx.ledger.post(samples.gift(2, 70))
            assert await tx.ledger.entry(EntryKind.CREDIT, "gift:1") == samples.gift(1, 500)
            assert await tx.ledger.entry(EntryKind.REFUND, "gift:1") is None
            assert await tx.ledger.entry(EntryKind.CREDIT, "gift:3") is None

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

    async def test_the_first_line_of_a_user_fixes_the_base_currency(self, storage: Storage) -> None:
        """Money that is nobody's yet doesn't count. A user's line does, also one whose entry moves coins as well."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            assert await tx.ledger.base_currency() is None
            await tx.ledger.post(money_arrived("ton:A|1", "ton", Money(5, TON), NOW))
            assert await tx.ledger.base_currency() is None
            await tx.ledger.post(_credit("ton:A|1", ALICE, 5, 100))
            assert await tx.ledger.base_currency() == RUB
        async with storage.transaction() as tx:
            await tx.ledger.post(samples.gift(2, -100))
            assert await tx.ledger.base_currency() == RUB

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
        """Only credits of the payment's own receipts to this user count, of the quoted part and of the surplus."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            mine, other = samples.payment(1), samples.payment(2, BORIS)
            await tx.payments.add(mine)
            await tx.payments.add(other)
            for number in range(1, 6):
                payment_id = (other if number == 5 else mine).id
                await tx.receipts.add(samples.receipt(number, tg_id=ALICE, payment_id=payment_id))
            await tx.ledger.post(_credit("ton:A|1", ALICE, 10, 100))
            await tx.ledger.post(_credit("ton:A|1|surplus", ALICE, 7, 70))
            await tx.ledger.post(_credit("ton:A|3", BORIS, 30, 300))
            await tx.ledger.post(samples.gift(4, 400, kind=EntryKind.REFUND, ref="ton:A|4"))
            await tx.ledger.post(_credit("ton:A|5", ALICE, 50, 500))
            expected = {"ton:A|1": BookedCredit(10, 100), "ton:A|1|surplus": BookedCredit(7, 70)}
            assert await tx.ledger.booked(mine.id, ALICE) == Booked(expected, 0)
            assert await tx.ledger.booked(samples.payment(9).id, ALICE) == Booked({}, 0)

    async def test_many_entries_are_posted_at_once(self, storage: Storage) -> None:
        """They move balances by their sum; one that is in the ledger already moves nothing; none is nothing."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.ledger.post(samples.gift(2, 20))
            await tx.ledger.post_all([])
            await tx.ledger.post_all([samples.gift(1, 1), samples.gift(2, 99), samples.gift(3, 300, BORIS)])
            assert await tx.ledger.newest(10) == (samples.gift(3, 300, BORIS), samples.gift(1, 1), samples.gift(2, 20))
            assert await _balance(tx) == 21
        async with storage.transaction() as tx:
            await tx.ledger.post_all([samples.gift(number, 1) for number in range(10, 1_100)])
            assert await _balance(tx) == 21 + 1_090
            assert (await tx.ledger.check()).wrong_balances == ()

    async def test_one_entry_twice_at_once_is_posted_once(self, storage: Storage) -> None:
        """The first of two with the same (kind, ref) in one call is recorded, the other one moves nothing."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post_all([samples.gift(1, 5), samples.gift(2, 7), samples.gift(1, 90), samples.gift(1, 5)])
            assert await tx.ledger.newest(10) == (samples.gift(2, 7), samples.gift(1, 5))
            assert await _balance(tx) == 12

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


def _credit(ref: str, tg_id: TelegramId, coins: int, kopecks: int) -> Entry:
    return money_credited(ref, tg_id, Money(coins, TON), rub(kopecks), NOW)
