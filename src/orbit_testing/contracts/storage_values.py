"""The contract of the values of every Storage: a value is read exactly as it was written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbit_domain.access.key import Key
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ledger.ledger import Entry
from orbit_domain.money import RUB, TON, Money
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Comment, CommentKind, SourceRecord
from orbit_domain.plan.plan import Plan
from orbit_domain.storage import AdminAction, Storage, Transaction
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.user import NewUser
from orbit_testing import samples, strategies
from orbit_testing.notice_strategies import messages
from orbit_testing.samples import ALICE, HUGE, NOW

# One storage serves all examples of a test: each of them is rolled back.
_sampled = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)

HOSTILE = ("'; DROP TABLE users; --", "🦊" * 1024, "a\u200b\u202eb", "ÅÄ\u0301", "\ufeff", "\x01\x7f", "%s {} \\u0000")


class ValueContract:
    """Round trips."""

    bad_value: type[Exception]
    """The error for a time without a zone."""

    @given(new=strategies.users().filter(lambda new: new.tg_id != ALICE))
    @_sampled
    async def test_users_come_back(self, storage: Storage, new: NewUser) -> None:
        """Every first /start is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            user = (await tx.users.add_if_absent(new)).user
            assert user == await tx.users.get(new.tg_id)
            assert (user.username, user.language, user.created_at) == (new.username, new.language, new.created_at)

    @given(plan=strategies.plans())
    @_sampled
    async def test_plans_come_back(self, storage: Storage, plan: Plan) -> None:
        """Every plan is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.plans.add_if_absent(plan)
            assert await tx.plans.get(plan.code) == plan

    @given(order=strategies.orders(ALICE))
    @_sampled
    async def test_orders_come_back(self, storage: Storage, order: Order) -> None:
        """Every order is read back as it was, terms and all."""
        async with rolled_back_transaction(storage) as tx:
            assert await tx.orders.add_if_absent(order) == order
            assert await tx.orders.get(order.id) == order
            assert await tx.orders.by_nonce(ALICE, order.nonce) == order

    @given(payment=strategies.payments(ALICE))
    @_sampled
    async def test_payments_come_back(self, storage: Storage, payment: Payment) -> None:
        """Every payment is read back as it was, the exact rate of its quote too."""
        async with rolled_back_transaction(storage) as tx:
            await tx.payments.add(payment)
            assert await tx.payments.get(payment.id) == payment
            assert await tx.payments.by_comment(payment.comment) == (payment if payment.comment else None)

    @given(receipt=strategies.receipts(ALICE))
    @_sampled
    async def test_receipts_come_back(self, storage: Storage, receipt: Receipt) -> None:
        """Every receipt is read back as it was, to the last unit."""
        async with rolled_back_transaction(storage) as tx:
            await tx.receipts.add(receipt)
            assert await tx.receipts.get(receipt.source, receipt.external_id) == receipt

    @given(record=strategies.source_records())
    @_sampled
    async def test_source_records_come_back(self, storage: Storage, record: SourceRecord) -> None:
        """Every record of a source is read back as it was, those of unknown assets too."""
        async with rolled_back_transaction(storage) as tx:
            await tx.source_records.add(record, NOW)
            assert await tx.source_records.newest(record.source, 1) == (record,)

    @given(rate=strategies.rates())
    @_sampled
    async def test_rates_come_back(self, storage: Storage, rate: Rate) -> None:
        """Every rate is read back as the exact fraction that it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.rate_history.add(TON, RUB, rate)
            assert await tx.rate_history.newest(TON, RUB) == rate

    @given(cursor=strategies.cursors())
    @_sampled
    async def test_cursors_come_back(self, storage: Storage, cursor: Cursor) -> None:
        """Every cursor is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.cursors.move(None, cursor)
            assert await tx.cursors.get(cursor.source) == cursor

    @given(entry=strategies.entries())
    @_sampled
    async def test_entries_come_back(self, storage: Storage, entry: Entry) -> None:
        """Every entry is read back as it was, and the database agrees that it sums to zero."""
        async with rolled_back_transaction(storage) as tx:
            await tx.ledger.post(entry)
            assert await tx.ledger.newest(1) == (entry,)
            assert (await tx.ledger.check()).unbalanced == ()

    @given(given_time=st.lists(strategies.grants(ALICE), unique_by=lambda grant: grant.cause, max_size=4))
    @_sampled
    async def test_grants_come_back(self, storage: Storage, given_time: list[Grant]) -> None:
        """Every grant is read back as it was, in the order of recording."""
        async with rolled_back_transaction(storage) as tx:
            for grant in given_time:
                await tx.grants.add(grant)
            assert list(await tx.grants.of_user(ALICE)) == given_time

    @given(subscription=strategies.subscriptions(ALICE))
    @_sampled
    async def test_subscriptions_come_back(self, storage: Storage, subscription: Subscription) -> None:
        """Every subscription is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.subscriptions.save(subscription)
            assert await tx.subscriptions.get(ALICE) == subscription

    @given(key=strategies.keys(ALICE))
    @_sampled
    async def test_keys_come_back(self, storage: Storage, key: Key) -> None:
        """Every key is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.keys.add(key)
            assert await tx.keys.get(key.id) == key

    @given(panel=strategies.panels())
    @_sampled
    async def test_panels_come_back(self, storage: Storage, panel: PanelRecord) -> None:
        """Every panel is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.panels.put(panel)
            assert await tx.panels.all() == (panel,)

    @given(message=messages())
    @settings(_sampled, max_examples=60)
    async def test_outbox_messages_come_back(self, storage: Storage, message: OutboxMessage) -> None:
        """Every kind of notice is read back as it was, its moments, numbers and letters too."""
        async with rolled_back_transaction(storage) as tx:
            await tx.outbox.add(message)
            assert await tx.outbox.of_user(message.tg_id, 1) == (message,)

    @given(record=strategies.admin_actions())
    @_sampled
    async def test_admin_actions_come_back(self, storage: Storage, record: AdminAction) -> None:
        """Every admin action is read back as it was."""
        async with rolled_back_transaction(storage) as tx:
            await tx.admin_log.add(record)
            assert await tx.admin_log.of_subject(record.subject, 5) == (record,)

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_comments_are_only_text(self, storage: Storage, text: str) -> None:
        """A payer's comment is stored as written, up to 4096 characters and in rows of any size."""
        async with rolled_back_transaction(storage) as tx:
            long = (text * 4096)[:4096]
            read = samples.source_record(1, comment=Comment(CommentKind.TEXT, long), raw=long)
            await tx.source_records.add(read, NOW)
            await tx.receipts.add(samples.receipt(1, comment=long))
            assert await tx.source_records.newest(samples.SOURCE, 1) == (read,)
            assert await tx.receipts.get("ton:A", "1") == samples.receipt(1, comment=long)

    @pytest.mark.parametrize(("written", "kept"), [("a\0b", "ab"), ("\0", ""), ("x\ud800y", "x\ufffdy")])
    async def test_unstorable_characters_are_replaced(self, storage: Storage, written: str, kept: str) -> None:
        """NUL is dropped and broken surrogates become U+FFFD, so that no comment can stop the chain scan."""
        async with rolled_back_transaction(storage) as tx:
            await tx.source_records.add(samples.source_record(1, comment=Comment(CommentKind.TEXT, written)), NOW)
            await tx.receipts.add(samples.receipt(1, comment=written))
            await tx.payments.add(samples.payment(1, comment=f"memo{written}"))
            (read,) = await tx.source_records.newest(samples.SOURCE, 1)
            arrived = await tx.receipts.get("ton:A", "1")
            found = await tx.payments.by_comment(f"memo{written}")
            assert (read.comment.text, arrived and arrived.comment, found and found.comment) == (
                kept,
                kept,
                f"memo{kept}",
            )

    async def test_huge_amounts_are_exact(self, storage: Storage) -> None:
        """Amounts of 2^120 units are kept to the last one."""
        async with rolled_back_transaction(storage) as tx:
            for number, units in enumerate((HUGE, HUGE + 1, HUGE - 1)):
                await tx.receipts.add(samples.receipt(number, amount=Money(units, TON)))
                stored = await tx.receipts.get("ton:A", str(number))
                assert stored is not None
                assert stored.amount.units == units

    async def test_moments_are_the_same_in_every_zone(self, storage: Storage) -> None:
        """A time given in another zone is the same moment, to the microsecond."""
        elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
        async with rolled_back_transaction(storage) as tx:
            await tx.users.set_trial_used(ALICE, elsewhere)
            user = await tx.users.get(ALICE)
            assert user is not None
            assert user.trial_used_at == NOW
            assert user.trial_used_at.utcoffset() == timedelta(0)

    async def test_times_without_a_zone_are_refused(self, storage: Storage) -> None:
        """A time without a zone is a bug, refused before it is recorded."""
        with pytest.raises(self.bad_value):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user(created_at=NOW.replace(tzinfo=None)))


class _RolledBack(Exception):
    """Raised at the end of a transaction to roll it back."""


@asynccontextmanager
async def rolled_back_transaction(storage: Storage) -> AsyncIterator[Transaction]:
    """A transaction in which Alice exists and that is rolled back at its end."""
    try:
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            yield tx
            raise _RolledBack
    except _RolledBack:
        return
