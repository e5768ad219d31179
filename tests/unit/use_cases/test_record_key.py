"""What a worker records of a key counts only for the newest claim of that key."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.access.repository import DuePlacement
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.notice.notice import KeyReady
from orbit_domain.steps.record_key import (
    confirm_keys,
    confirm_removals,
    place_keys,
    postpone_keys,
    refuse_place,
    rename_key,
)
from orbit_domain.storage import Transaction
from orbit_testing import samples
from orbit_testing.samples import HOUR, MINUTE, NOW
from tests.support.buyer import BOB, Buyer
from tests.support.world import World

PLACE = Place(PanelId("main"), "home", ("in-home",))
STATE = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://panel.example/sub/1", ("vless://1",))


@pytest.fixture
async def claimed(world: World) -> DuePlacement:
    """A user's new key as the first worker has claimed it."""
    async with world.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.keys.add(samples.placed(samples.key(1)))
    return await claim(world, NOW + HOUR)


async def claim(world: World, at: datetime) -> DuePlacement:
    """Claim the key at that time; the lease of an earlier claim is over by then."""
    async with world.storage.transaction() as tx:
        (due,) = await tx.keys.claim_due(PanelId("m1"), at, at + MINUTE, 1)
    return due


async def place(tx: Transaction, due: DuePlacement) -> bool:
    """Whether it has its place."""
    return await place_keys(tx, [(due, PLACE)], NOW) == (True,)


async def confirm(tx: Transaction, world: World, due: DuePlacement, state: AccountState, now: datetime) -> bool:
    """Whether the answer counts."""
    return await confirm_keys(tx, world.ids, [(due, state)], now) == (True,)


async def stored(world: World, due: DuePlacement) -> Key | None:
    """The key as it is recorded."""
    async with world.storage.transaction() as tx:
        return await tx.keys.get(due.key.id)


async def test_a_key_is_placed_for_its_newest_claim_only(world: World, claimed: DuePlacement) -> None:
    """A worker whose claim was taken over places nothing; the one that took it over does."""
    newer = await claim(world, NOW + 2 * HOUR)
    async with world.storage.transaction() as tx:
        assert not await place(tx, claimed)
    assert await stored(world, claimed) == newer.key
    async with world.storage.transaction() as tx:
        assert await place(tx, newer)
    assert await stored(world, claimed) == newer.key.place(PLACE, NOW)


async def test_a_key_that_is_gone_is_not_placed(world: World) -> None:
    """A key that doesn't exist has no place, and isn't confirmed, renamed, removed or postponed either."""
    nobody = DuePlacement(samples.key(1), 0)
    async with world.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        assert not await place(tx, nobody)
        assert not await confirm(tx, world, nobody, STATE, NOW)
        assert await confirm_removals(tx, [nobody], NOW) == (False,)
        assert not await refuse_place(tx, nobody, "no host", NOW)
        await rename_key(tx, nobody, NOW)
        await postpone_keys(tx, [(nobody, "no answer")], NOW)
        assert await tx.keys.of_user(samples.ALICE) == ()


async def test_a_key_is_renamed_for_its_newest_claim_only(world: World, claimed: DuePlacement) -> None:
    """Two workers that find the same name taken rename the key once."""
    newer = await claim(world, NOW + 2 * HOUR)
    async with world.storage.transaction() as tx:
        await rename_key(tx, claimed, NOW + 2 * HOUR)
    assert await stored(world, claimed) == newer.key
    async with world.storage.transaction() as tx:
        await rename_key(tx, newer, NOW + 2 * HOUR)
    assert await stored(world, claimed) == newer.key.rename(2, NOW + 2 * HOUR)


async def test_a_key_is_postponed_for_its_newest_claim_only(world: World, claimed: DuePlacement) -> None:
    """An older claim with as many attempts counts no failure and moves no lease."""
    newer = await claim(world, NOW + 2 * HOUR)
    assert newer.placement.attempts == claimed.placement.attempts
    async with world.storage.transaction() as tx:
        await postpone_keys(tx, [(claimed, "late")], NOW + 2 * HOUR)
    assert await stored(world, claimed) == newer.key
    async with world.storage.transaction() as tx:
        await postpone_keys(tx, [(newer, "down")], NOW + 2 * HOUR)
    assert await stored(world, claimed) == newer.key.postpone(0, "down", NOW + 2 * HOUR)


async def test_a_failure_whose_record_is_repeated_counts_once(world: World, claimed: DuePlacement) -> None:
    """The answer to a COMMIT was lost, so the failure is recorded again: it is one attempt, at its first time."""
    for later in (NOW + HOUR, NOW + 2 * HOUR):
        async with world.storage.transaction() as tx:
            await postpone_keys(tx, [(claimed, "down")], later)
    assert await stored(world, claimed) == claimed.key.postpone(0, "down", NOW + HOUR)


async def test_a_renewal_is_not_put_off_by_a_call_before_it(world: World, claimed: DuePlacement) -> None:
    """A renewal during the second call clears the attempts: the failure of that call doesn't delay it."""
    async with world.storage.transaction() as tx:
        await postpone_keys(tx, [(claimed, "down")], NOW + HOUR)
    second = await claim(world, NOW + 2 * HOUR)
    renewed = second.key.request_change(NOW + 90 * 24 * HOUR, 0, NOW + 2 * HOUR)
    async with world.storage.transaction() as tx:
        await tx.keys.save(renewed)
        await postpone_keys(tx, [(second, "down")], NOW + 2 * HOUR)
    assert await stored(world, claimed) == renewed


async def test_a_key_is_confirmed_for_its_newest_claim_only(world: World, claimed: DuePlacement) -> None:
    """The result of an older claim is left to the newer one: nothing is recorded and nobody is told."""
    newer = await claim(world, NOW + 2 * HOUR)
    async with world.storage.transaction() as tx:
        assert not await confirm(tx, world, claimed, STATE, NOW + 2 * HOUR)
        assert await tx.outbox.of_user(claimed.key.tg_id, 5) == ()
    assert await stored(world, claimed) == newer.key
    async with world.storage.transaction() as tx:
        assert await confirm(tx, world, newer, STATE, NOW + 2 * HOUR)
        assert len(await tx.outbox.of_user(claimed.key.tg_id, 5)) == 1
    assert await stored(world, claimed) == newer.key.confirm(0, 1, STATE, NOW + 2 * HOUR)


async def test_an_older_call_that_came_last_is_applied_over(world: World, claimed: DuePlacement) -> None:
    """An older claim asked the panel for other values, perhaps last: the wanted ones are applied once more."""
    newer = await claim(world, NOW + 2 * HOUR)
    renewed = newer.key.request_change(NOW + 90 * 24 * HOUR, 0, NOW + 2 * HOUR)
    now = NOW + 2 * HOUR + timedelta(seconds=1)
    async with world.storage.transaction() as tx:
        await tx.keys.save(renewed)
        assert not await confirm(tx, world, claimed, STATE, now)
    assert await stored(world, claimed) == renewed.reapply(0, now)


async def test_a_paid_key_is_due_at_once_with_a_secret_of_its_own(alice: Buyer, world: World) -> None:
    """The first key has its name, a credential that no other key has, and waits for nothing."""
    bob = Buyer(alice.shop, world, BOB)
    await bob.start()
    for buyer in (alice, bob):
        await buyer.shop.start_trial(buyer.tg_id)
    hers, his = await alice.key(), await bob.key()
    assert (hers.name, hers.number, hers.home.next_attempt_at) == ("Orbit", 1, world.clock.now())
    assert len({hers.credential, his.credential, None}) == 3
    await alice.shop.work()
    (ready,) = alice.notices("key_ready")
    assert (ready.name, ready.subscription_url) == ("Orbit", (await alice.key()).subscription_url)


async def test_an_account_made_anew_under_the_same_link_is_no_news(world: World, claimed: DuePlacement) -> None:
    """Where the link is ours to choose, a customer isn't told of a new one that is the old one."""
    async with world.storage.transaction() as tx:
        await confirm(tx, world, claimed, STATE, NOW)
        await tx.keys.save(claimed.key.confirm(0, 1, STATE, NOW).reapply(0, NOW))
    again = await claim(world, NOW + 2 * HOUR)
    async with world.storage.transaction() as tx:
        assert await confirm(tx, world, again, replace(STATE, is_new=True), NOW)
        assert len(await tx.outbox.of_user(samples.ALICE, 5)) == 1


async def test_all_keys_of_a_user_may_be_confirmed_at_once(alice: Buyer, world: World) -> None:
    """The order is delivered with the last of them, also when they come together, and each link is told of once.

    The answer to an older claim among them changes nothing.
    """
    async with world.storage.transaction() as tx:
        order = await tx.orders.add_if_absent(samples.order(1, alice.tg_id))
        await tx.orders.save(order.pay(NOW))
        for number in (1, 2):
            await tx.keys.add(samples.placed(samples.key(number, alice.tg_id)))
        older = await tx.keys.claim_due(PanelId("m1"), NOW + HOUR, NOW + HOUR, 2)
        newer = await tx.keys.claim_due(PanelId("m1"), NOW + HOUR, NOW + HOUR, 2)
        answers = [(older[0], STATE), *((due, STATE) for due in newer)]
        assert await confirm_keys(tx, world.ids, answers, NOW + HOUR) == (False, True, True)
        assert await tx.orders.undelivered(alice.tg_id) == ()
        told = [message.notice for message in await tx.outbox.of_user(alice.tg_id, 9)]
    keys = [notice.key_id for notice in told if isinstance(notice, KeyReady)]
    assert keys == [samples.key(2).id, samples.key(1).id]
