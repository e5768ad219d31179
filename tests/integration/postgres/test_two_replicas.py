"""Two replicas on one database: they share the work, and the same order twice is one order.

Leases are stored in the time of the process that claims: `lease_until` of a notice and `next_attempt_at`
of a key come with the call. A replica whose clock is wrong may therefore take over too early or too late, but
a claim raises the row's fence, and only the newest claim's result is recorded.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest

from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import Nonce, PanelId, PlanCode, TelegramId
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import OrderState
from orbit_entry.runtime.retry import retry_on_busy
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, MINUTE, NOW
from tests.integration.postgres.contended_shop import ContendedShop
from tests.support.buyer import Buyer

TAPS = 64
DUE = NOW + HOUR
ROUNDS = 4
T = TypeVar("T")


async def test_two_claims_at_once_are_disjoint(contended_shop: ContendedShop) -> None:
    """While one worker's claim is still open, another gets the rows that are left, at once and without waiting."""
    here, there = contended_shop.storage(), contended_shop.storage(lock_timeout="1s")
    async with here.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number in range(1, 11):
            await tx.outbox.add(samples.message(number, TelegramId(number)))
            await tx.keys.add(samples.placed(samples.key(number)))
    async with here.transaction() as mine, there.transaction() as tsuccessors:
        messages = [await tx.outbox.claim(DUE, DUE + MINUTE, 5) for tx in (mine, tsuccessors)]
        keys = [await tx.keys.claim_due(PanelId("m1"), DUE, DUE + MINUTE, 5) for tx in (mine, tsuccessors)]
    assert [len(claimed) for claimed in (*messages, *keys)] == [5] * 4
    assert len({message.id for claimed in messages for message in claimed}) == 10
    assert len({due.key.id for claimed in keys for due in claimed}) == 10


async def test_ten_workers_share_everything(contended_shop: ContendedShop) -> None:
    """Ten workers of two replicas claim until nothing is left: every row is claimed, none of them twice."""
    storages = [contended_shop.storage(), contended_shop.storage()]
    async with storages[0].transaction() as tx:
        for number in range(1, 201):
            await tx.outbox.add(samples.message(number, TelegramId(number), not_before=NOW))

    async def work(storage: SqlStorage) -> list[OutboxMessage]:
        found: list[OutboxMessage] = []
        while True:
            async with storage.transaction() as tx:
                claimed = await tx.outbox.claim(DUE, DUE + MINUTE, 7)
            found += claimed
            if not claimed:
                return found

    shares = await asyncio.gather(*(work(storages[number % 2]) for number in range(10)))
    claimed = [message for share in shares for message in share]
    assert len(claimed) == len({message.id for message in claimed}) == 200


@pytest.mark.parametrize("skew", [timedelta(hours=1), timedelta(hours=-1)], ids=["ahead", "behind"])
async def test_a_wrong_clock_takes_a_lease_over_once_at_most(contended_shop: ContendedShop, skew: timedelta) -> None:
    """A replica whose clock is an hour wrong: of all who claim a notice, only the last can record how it ended."""
    right, wrong = contended_shop.storage(), contended_shop.storage()
    async with right.transaction() as tx:
        await tx.outbox.add(samples.message(1, not_before=NOW - 2 * HOUR))
        (mine,) = await tx.outbox.claim(DUE, DUE + 2 * MINUTE, 1)
    there = DUE + skew
    async with wrong.transaction() as tx:
        stolen = await tx.outbox.claim(there, there + 2 * MINUTE, 1)
    async with wrong.transaction() as tx:
        assert await tx.outbox.claim(there + MINUTE, there + 3 * MINUTE, 1) == ()
    # A clock ahead sees the lease as expired, a clock behind doesn't.
    assert len(stolen) == (skew > timedelta(0))
    async with right.transaction() as tx:
        assert await tx.outbox.claim(DUE + MINUTE, DUE + 3 * MINUTE, 1) == ()
        assert await tx.outbox.mark_done(mine, DUE) == (not stolen)
    async with wrong.transaction() as tx:
        assert [await tx.outbox.mark_done(message, there) for message in stolen] == [True] * len(stolen)
        assert [message.attempts for message in await tx.outbox.of_user(ALICE, 5)] == [0]


async def test_a_stalled_worker_can_record_nothing(contended_shop: ContendedShop) -> None:
    """A worker stalls past its lease: its later results for the notice and the key aren't recorded."""
    stalled, successor = contended_shop.storage(), contended_shop.storage()
    async with stalled.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.outbox.add(samples.message(1))
        await tx.keys.add(samples.placed(samples.key(1)))
        (old,) = await tx.outbox.claim(DUE, DUE + MINUTE, 1)
        (old_key,) = await tx.keys.claim_due(PanelId("m1"), DUE, DUE + MINUTE, 1)
    later = DUE + 2 * MINUTE
    async with successor.transaction() as tx:
        (new,) = await tx.outbox.claim(later, later + MINUTE, 1)
        (new_key,) = await tx.keys.claim_due(PanelId("m1"), later, later + MINUTE, 1)
    async with stalled.transaction() as tx:
        assert not await tx.outbox.mark_done(old, later)
        assert not await tx.outbox.postpone(old, later, "late")
        assert not await tx.outbox.dead_letter(old, later, "late")
        held = await tx.keys.lock(old_key.key.id)
    async with successor.transaction() as tx:
        assert await tx.outbox.mark_done(new, later)
    assert held is not None
    assert (old_key.placement.fence, held.home.fence) == (1, new_key.placement.fence) == (1, 2)


async def test_sixty_four_taps_make_one_order_and_one_debit(contended_shop: ContendedShop) -> None:
    """Sixty-four taps on one plan and on its "pay", over two replicas: one order, one debit, one month."""
    shops = [contended_shop.shop(), contended_shop.shop()]
    await shops[0].open()
    for number in range(ROUNDS):
        buyer = Buyer(shops[0], contended_shop.world, TelegramId(7000 + number))
        await buyer.start()
        await buyer.add_balance(3 * 12_900)
        order = (buyer.tg_id, PlanCode("sub_1m"), Nonce(f"tap-{number}"))
        checkouts = await _tapped([partial(shop.open_checkout, *order) for shop in shops])
        (order_id,) = {checkout.order.id for checkout in checkouts}
        orders = await _tapped([partial(shop.pay_from_balance, buyer.tg_id, order_id) for shop in shops])
        assert {order.state for order in orders} == {OrderState.PAID}
        assert await buyer.balance() == 2 * 12_900
        async with contended_shop.storage().transaction() as tx:
            assert len(await tx.orders.newest(buyer.tg_id, 9)) == 1
            assert len(await tx.grants.of_user(buyer.tg_id)) == 1
            assert len(await tx.keys.of_user(buyer.tg_id)) == 1
    assert (await shops[1].audit_ledger()).findings == ()


async def test_sixty_four_taps_add_one_key(contended_shop: ContendedShop) -> None:
    """Sixty-four taps on "add a key" over two replicas: one key, and the plan's limit holds."""
    shops = [contended_shop.shop(), contended_shop.shop()]
    await shops[0].open()
    async with contended_shop.storage().transaction() as tx:
        await tx.plans.add_if_absent(samples.plan("two", 9))
    buyer = Buyer(shops[0], contended_shop.world, ALICE)
    await buyer.start()
    await buyer.buy("two")
    nonce = (await shops[0].list_keys(ALICE)).nonce
    made = await _tapped([partial(shop.add_key, ALICE, nonce) for shop in shops])
    assert sum(made) == 1
    listed = await shops[1].list_keys(ALICE)
    assert ([key.number for key in listed.view.keys], listed.may_add) == ([1, 2], False)


async def _tapped(buttons: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The answers to sixty-four taps at once, the same number on each button."""
    taps = [retry_on_busy(button) for button in buttons for _ in range(TAPS // len(buttons))]
    assert len(taps) == TAPS
    return await asyncio.gather(*taps)
