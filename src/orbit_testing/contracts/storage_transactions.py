"""The contract of the transactions of every Storage."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from orbit_domain.access.repository import PanelRecord
from orbit_domain.broadcast.broadcast import BroadcastState
from orbit_domain.ids import PanelId
from orbit_domain.money import RUB, TON, rub
from orbit_domain.payment.source import Cursor
from orbit_domain.storage import AdminAction, Storage, Transaction
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW


class Interrupted(Exception):
    """An error inside a transaction."""


class TransactionContract:
    """Everything in a transaction is recorded together, or not at all."""

    over: type[Exception]
    """What a repository raises when its transaction has ended."""

    nested: type[Exception]
    """What opening a transaction inside another one raises."""

    async def test_leaving_normally_keeps_everything(self, storage: Storage) -> None:
        """What a transaction recorded is there for the next one."""
        async with storage.transaction() as tx:
            await fill(tx)
        async with storage.transaction() as tx:
            assert await filled(tx) == [True] * 33

    async def test_an_exception_undoes_everything(self, storage: Storage) -> None:
        """After an exception nothing is left in any repository, and the exception arrives unchanged."""
        with pytest.raises(Interrupted, match="half way"):
            await _interrupted(storage, fill)
        async with storage.transaction() as tx:
            assert await filled(tx) == [False] * 33

    async def test_an_exception_restores_what_was_changed(self, storage: Storage) -> None:
        """Rows changed by a failed transaction are as they were before it, and can be changed again."""
        async with storage.transaction() as tx:
            await fill(tx)
        before = await _changeable(storage)
        with pytest.raises(Interrupted):
            await _interrupted(storage, change)
        assert await _changeable(storage) == before
        async with storage.transaction() as tx:
            await change(tx)
        after = await _changeable(storage)
        assert all(new != old for new, old in zip(after, before, strict=True))

    async def test_cancelling_undoes_everything(self, storage: Storage) -> None:
        """A task that is cancelled inside a transaction leaves nothing, and blocks no other transaction."""
        inside = asyncio.Event()

        async def half() -> None:
            async with storage.transaction() as tx:
                await _fill_and_stay(tx, inside)

        task = asyncio.create_task(half())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with storage.transaction() as tx:
            assert await filled(tx) == [False] * 33

    async def test_repositories_end_with_their_transaction(self, storage: Storage) -> None:
        """A repository that was kept can neither read nor write later, not even inside another transaction."""
        async with storage.transaction() as old:
            await old.users.add_if_absent(samples.new_user())
        with pytest.raises(self.over):
            await old.users.get(ALICE)
        async with storage.transaction() as tx:
            with pytest.raises(self.over):
                await _write_through(old, meanwhile=tx)
            assert await tx.users.get(BORIS) is None

    async def test_nesting_is_refused(self, storage: Storage) -> None:
        """Opening a transaction inside another one is refused at once instead of deadlocking."""
        async with storage.transaction() as tx:
            with pytest.raises(self.nested):
                await _nest(storage, outer=tx)
            await tx.users.add_if_absent(samples.new_user())
        async with storage.transaction() as tx:
            assert await tx.users.get(ALICE) is not None

    async def test_own_writes_are_seen(self, storage: Storage) -> None:
        """A transaction reads what it has written itself."""
        async with storage.transaction() as tx:
            await fill(tx)
            assert await filled(tx) == [True] * 33

    async def test_a_lock_makes_read_and_write_one_step(self, storage: Storage) -> None:
        """Forty concurrent read-modify-writes under the user's lock end at forty."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.subscriptions.save(Subscription(ALICE, NOW))

        async def one_more() -> None:
            async with storage.transaction() as tx:
                await tx.users.lock(ALICE)
                subscription = await tx.subscriptions.get(ALICE)
                assert subscription.ends_at is not None
                await tx.subscriptions.save(Subscription(ALICE, subscription.ends_at + timedelta(seconds=1)))

        await asyncio.gather(*(one_more() for _ in range(40)))
        async with storage.transaction() as tx:
            assert (await tx.subscriptions.get(ALICE)).ends_at == NOW + timedelta(seconds=40)


async def fill(tx: Transaction) -> None:
    """One row for each repository."""
    await tx.users.add_if_absent(samples.new_user())
    await tx.plans.add_if_absent(samples.plan())
    await tx.promos.add_if_absent(samples.promo())
    await tx.promos.enter(samples.promo().code, ALICE, NOW)
    await tx.orders.add_if_absent(samples.order())
    await tx.gifts.add(samples.gift_of())
    await tx.referrals.add_code(ALICE, "0aaa")
    await tx.referrals.owe(samples.referral(invited=ALICE, order_id=samples.order().id))
    await tx.payments.add(samples.payment())
    await tx.payments_due.add(samples.payment().id, NOW)
    await tx.inbox.add(samples.inbox_entry())
    await tx.receipts.add(samples.receipt())
    await tx.receipt_claims.add(samples.receipt_claim())
    await tx.payouts.add(samples.payout())
    await tx.payout_addresses.add(samples.address_line())
    await tx.source_records.add(samples.source_record(), NOW)
    await tx.rate_history.add(TON, RUB, samples.rate())
    await tx.cursors.move(None, Cursor.start("ton:A"))
    await tx.ledger.post(samples.gift(1, 50_000))
    await tx.subscriptions.save(Subscription(ALICE, NOW))
    await tx.grants.add(Grant("order:1", ALICE, 60, NOW))
    await tx.keys.add(samples.key())
    await tx.panels.put(PanelRecord(PanelId("m1"), "marzban", "Main"))
    await tx.subscription_links.put(samples.subscription_link())
    await tx.good_copies.put(samples.good_copy())
    await tx.link_devices.put(samples.link_device())
    await tx.panel_connections.put(PanelId("m1"), {"base_url": "https://panel.example"})
    await tx.broadcasts.add(samples.broadcast())
    await tx.settings.put(samples.stored_setting())
    await tx.shop_chats.put(samples.shop_chat())
    await tx.cases.add(samples.case())
    await tx.cases.add_message(samples.case_message())
    await tx.cases.add_post(-100, 7, samples.case().id)
    await tx.outbox.add(samples.message())
    await tx.admin_log.add(AdminAction(samples.identity(1), "owner", "test", "user:1001", "because", NOW))


async def filled(tx: Transaction) -> list[bool]:
    """Whether each row of `fill` is there."""
    user = await tx.users.get(ALICE)
    return [
        user is not None,
        bool(await tx.plans.active()),
        await tx.promos.waiting(ALICE) == (samples.promo(),),
        await tx.referrals.inviter_by("0aaa") == ALICE,
        bool(await tx.referrals.due(None, 10)),
        await tx.orders.by_nonce(ALICE, samples.order().nonce) == samples.order(),
        await tx.gifts.get(samples.order().id) == samples.gift_of(),
        await tx.payments.by_comment(samples.payment().comment) == samples.payment(),
        await tx.inbox.newest(10) == (samples.inbox_entry(),),
        bool(await tx.receipts.unmatched(10)),
        await tx.receipt_claims.get(samples.receipt_claim().id) is not None,
        await tx.payouts.live_of_payment(samples.payment().id) == samples.payout(),
        await tx.payout_addresses.of_payment(samples.payment().id) == (samples.address_line(),),
        bool(await tx.source_records.newest(samples.SOURCE, 10)),
        await tx.rate_history.newest(TON, RUB) == samples.rate(),
        await tx.cursors.get("ton:A") is not None,
        bool(await tx.ledger.statement_lines(ALICE, 10)) and user is not None and user.balance == rub(50_000),
        (await tx.subscriptions.get(ALICE)).ends_at is not None,
        bool(await tx.grants.of_user(ALICE)),
        bool(await tx.keys.of_user(ALICE)),
        bool(await tx.panels.all()),
        await tx.subscription_links.get(ALICE) == samples.subscription_link(),
        await tx.good_copies.of_keys([samples.key().id], SubscriptionFormat.LINKS) == (samples.good_copy(),),
        bool(await tx.link_devices.of_user(ALICE)),
        bool(await tx.panel_connections.all()),
        await tx.broadcasts.get(samples.broadcast().id) == samples.broadcast(),
        await tx.settings.all() == (samples.stored_setting(),),
        await tx.shop_chats.all() == (samples.shop_chat(),),
        await tx.cases.newest_of(ALICE) == samples.case(),
        await tx.cases.messages(samples.case().id, 10) == (samples.case_message(),),
        await tx.cases.of_post(-100, 7) == samples.case().id,
        bool(await tx.outbox.of_user(ALICE, 10)),
        bool(await tx.admin_log.of_subject("user:1001", 10)),
    ]


async def change(tx: Transaction) -> None:
    """Change every row of `fill` that can change."""
    await tx.users.set_language(ALICE, "en")
    await tx.referrals.save(samples.referral(invited=ALICE, order_id=samples.order().id).take_back())
    await tx.promos.use(samples.promo().code, ALICE, NOW)
    await tx.promos.count_use(samples.promo().code)
    await tx.orders.save(samples.order().pay(NOW))
    await tx.gifts.save(samples.gift_of(message="new"))
    await tx.payments.save(samples.payment().cancel(NOW))
    await tx.payments.add(samples.payment(2))
    await tx.payments_due.add(samples.payment().id, NOW)
    await tx.receipt_claims.save(samples.receipt_claim(external_id="1"))
    await tx.payouts.save(samples.payout().send("ton:A|1", NOW))
    await tx.cursors.move(Cursor.start("ton:A"), Cursor("ton:A", "5", NOW))
    await tx.ledger.post(samples.gift(2, -10_000))
    await tx.subscriptions.save(Subscription(ALICE, NOW + timedelta(days=1)))
    await tx.keys.save(samples.placed(samples.key(), "m1", "node", ("in",)))
    await tx.panels.put(PanelRecord(PanelId("m1"), "marzban", "Main", draining=True, evacuating=True))
    await tx.subscription_links.put(samples.subscription_link(2))
    await tx.good_copies.drop([samples.key().id])
    await tx.link_devices.remove_all(ALICE)
    await tx.panel_connections.put(PanelId("m1"), {"base_url": "https://other.example"})
    await tx.broadcasts.save(samples.broadcast(state=BroadcastState.RUNNING))
    await tx.settings.put(samples.stored_setting(value="https://other.example"))
    await tx.shop_chats.put(samples.shop_chat().lose(NOW))
    await tx.cases.save(samples.case().answer(NOW))
    (claimed,) = await tx.outbox.claim(NOW + timedelta(hours=1), NOW + timedelta(hours=2), 10)
    await tx.outbox.mark_done(claimed, NOW)


async def _fill_and_stay(tx: Transaction, inside: asyncio.Event) -> None:
    await fill(tx)
    inside.set()
    await asyncio.Event().wait()


async def _write_through(old: Transaction, *, meanwhile: Transaction) -> None:
    assert old is not meanwhile
    await old.users.add_if_absent(samples.new_user(BORIS))


async def _nest(storage: Storage, *, outer: Transaction) -> None:
    async with storage.transaction() as inner:
        assert inner is not outer


async def _interrupted(storage: Storage, step: Callable[[Transaction], Awaitable[None]]) -> None:
    async with storage.transaction() as tx:
        await step(tx)
        raise Interrupted("half way")


async def _changeable(storage: Storage) -> list[object]:
    async with storage.transaction() as tx:
        return [
            await tx.users.get(ALICE),
            await tx.promos.waiting(ALICE),
            await tx.referrals.lock(ALICE),
            await tx.promos.get(samples.promo().code),
            await tx.orders.undelivered(ALICE),
            await tx.gifts.get(samples.order().id),
            await tx.payments.pending(ALICE, samples.payment().method),
            await tx.receipt_claims.get(samples.receipt_claim().id),
            await tx.payouts.live_of_payment(samples.payment().id),
            await tx.cursors.get("ton:A"),
            await tx.ledger.newest(10),
            await tx.subscriptions.get(ALICE),
            await tx.keys.of_user(ALICE),
            await tx.panels.all(),
            await tx.subscription_links.get(ALICE),
            await tx.good_copies.of_keys([samples.key().id], SubscriptionFormat.LINKS),
            await tx.link_devices.of_user(ALICE),
            await tx.panel_connections.all(),
            await tx.broadcasts.get(samples.broadcast().id),
            await tx.settings.all(),
            await tx.shop_chats.all(),
            await tx.cases.get(samples.case().id),
            await tx.outbox.of_user(ALICE, 10),
        ]
