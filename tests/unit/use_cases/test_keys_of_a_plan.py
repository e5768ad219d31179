"""A plan with several keys: the customer adds, names and deletes them, and what is bought decides which ones work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.own_keys import (
    KeyAwaited,
    KeyLimitReached,
    NoSuchKey,
    NoTimeForKeys,
    TooManyNewKeys,
)
from orbit_domain.ids import Nonce, PanelId
from orbit_domain.order.order import OrderState
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World
from tests.unit.use_cases.key_taps import add, delete, keys, sell, working


@pytest.fixture(autouse=True)
async def plans(world: World, alice: Buyer) -> None:
    await sell(world)


async def test_a_plan_of_three_keys_takes_three(alice: Buyer, world: World) -> None:
    """The first comes with the order; two more are made by a tap each, with secrets and links of their own."""
    order = await alice.buy("three")
    assert (order.state, len(await keys(alice))) == (OrderState.DELIVERED, 1)
    await add(alice, 2)
    made = await keys(alice)
    assert [(key.number, key.username) for key in made] == [(1, "orbit_42"), (2, "orbit_42_2"), (3, "orbit_42_3")]
    assert len({key.credential for key in made}) == len({key.subscription_url for key in made} - {None}) == 3
    assert len({key.name for key in made}) == 3
    assert working(world) == {key.username for key in made}
    assert len(alice.notices("key_ready")) == 3
    listed = await alice.shop.list_keys(ALICE)
    assert (listed.allowed, listed.may_add) == (3, False)
    with pytest.raises(KeyLimitReached):
        await alice.shop.add_key(ALICE, listed.nonce)
    await check_ledger(world)


async def test_two_taps_make_one_key(alice: Buyer, world: World) -> None:
    """However often a button is tapped, in whatever process, and however many lists are open: one key."""
    await alice.buy("three")
    nonce = (await alice.shop.list_keys(ALICE)).nonce
    other = Shop(world.ports())
    await asyncio.gather(*(shop.add_key(ALICE, nonce) for shop in (alice.shop, other, alice.shop, other)))
    assert len(await keys(alice)) == 2
    assert not await alice.shop.add_key(ALICE, Nonce("9"))
    assert len(await keys(alice)) == 2


async def test_what_a_plan_does_not_give_is_not_made(alice: Buyer, world: World) -> None:
    """Without time there is no key to add; one of another customer is neither named, nor deleted, nor moved."""
    with pytest.raises(NoTimeForKeys):
        await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce)
    await alice.buy()
    with pytest.raises(KeyLimitReached):
        await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce)
    (key,) = before = await keys(alice)
    await alice.shop.register_user(BOB, "bob", "en")
    with pytest.raises(NoSuchKey):
        await alice.shop.delete_key(BOB, key.id)
    with pytest.raises(NoSuchKey):
        await alice.shop.rename_key(BOB, key.id, "mine")
    with pytest.raises(NoSuchKey):
        await alice.shop.place_anywhere(BOB, key.id)
    assert await keys(alice) == before
    world.clock.advance(days=40)
    with pytest.raises(NoTimeForKeys):
        await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce)


async def test_a_deleted_key_is_switched_off_and_then_removed(alice: Buyer, world: World) -> None:
    """It is gone from the list at once, off at the panel first, then gone there too; a second tap changes nothing."""
    await alice.buy("three")
    await add(alice)
    _, second = await keys(alice)
    await alice.shop.delete_key(ALICE, second.id)
    assert [key.number for key in await keys(alice)] == [1]
    await alice.shop.provision_keys()
    assert (set(world.panel.accounts), working(world)) == ({"orbit_42", "orbit_42_2"}, {"orbit_42"})
    await alice.shop.delete_key(ALICE, second.id)
    await alice.shop.provision_keys()
    assert set(world.panel.accounts) == {"orbit_42"}
    await check_ledger(world)


async def test_a_deleted_key_never_comes_back(alice: Buyer, world: World) -> None:
    """Neither by a renewal, nor by a panel that was restored from before; a key that is added later is another one."""
    await alice.buy("three")
    await add(alice)
    _, second = await keys(alice)
    backup = dict(world.panel.accounts)
    await delete(alice, second)
    await alice.buy("three")
    assert working(world) == {"orbit_42"}
    world.panel.accounts.update(backup)
    await alice.shop.mend_drift()
    await alice.shop.work()
    assert set(world.panel.accounts) == {"orbit_42"}
    await add(alice)
    first, third = await keys(alice)
    assert third.username == "orbit_42_3"
    assert third.credential not in (first.credential, second.credential)
    await check_ledger(world)


class SlowPanel(MemoryPanel):
    """While it makes an account, something else happens."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def ensure(self, account: Account) -> AccountState:
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        return await super().ensure(account)


async def test_a_key_that_is_deleted_while_it_is_made_leaves_nothing(alice: Buyer, world: World) -> None:
    """The panel makes the account after another process has removed it: it is removed once more."""
    await alice.buy("three")
    slow = SlowPanel(world.panel.panel_id, world.clock, world.panel.readings)
    slow.accounts = world.panel.accounts
    world.panels[slow.panel_id] = slow
    shop, other = Shop(world.ports()), Shop(world.ports())
    await shop.add_key(ALICE, (await shop.list_keys(ALICE)).nonce)
    _, second = await keys(alice)

    async def deleted_elsewhere() -> None:
        await other.delete_key(ALICE, second.id)
        await other.provision_keys()

    slow.meanwhile = deleted_elsewhere
    await shop.provision_keys()
    await shop.work()
    assert set(world.panel.accounts) == {"orbit_42"}
    await check_ledger(world)


async def test_a_dead_panel_keeps_no_deleted_key(alice: Buyer, world: World) -> None:
    """Deleted while the panel is away: it is removed when the panel is back, and is made nowhere else meanwhile."""
    await alice.buy("three")
    await add(alice)
    world.panel.unavailable = True
    _, second = await keys(alice)
    await delete(alice, second)
    world.clock.advance(hours=1)
    await alice.shop.work()
    world.panel.unavailable = False
    for _ in range(3):
        world.clock.advance(minutes=11)
        await alice.shop.work()
    assert set(world.panel.accounts) == {"orbit_42"}


async def test_a_smaller_plan_keeps_the_oldest(alice: Buyer, world: World) -> None:
    """The checkout names what will be off. A deleted key makes room for the next one, a larger plan for all."""
    await alice.buy("three")
    await add(alice, 2)
    links = [key.subscription_url for key in await keys(alice)]
    assert (await alice.choose()).keys_off == ("Orbit 2", "Orbit 3")
    await alice.buy()
    assert working(world) == {"orbit_42"}
    await delete(alice, (await keys(alice))[0])
    assert working(world) == {"orbit_42_2"}
    await alice.buy("three")
    assert working(world) == {"orbit_42_2", "orbit_42_3"}
    assert [key.subscription_url for key in await keys(alice)] == links[1:]
    assert (await alice.shop.list_keys(ALICE)).may_add
    await check_ledger(world)


async def test_a_renewal_extends_all_and_is_told_once(alice: Buyer) -> None:
    """All keys end with the new end, and the customer reads so in one message."""
    await alice.buy("three")
    await add(alice, 2)
    before = len(alice.notices("key_ready"))
    await alice.buy("three")
    assert len({key.expires_at for key in await keys(alice)}) == 1
    assert len(alice.notices("key_ready")) == before + 1


async def test_the_last_key_may_go_but_not_the_one_just_paid(alice: Buyer, world: World) -> None:
    """Whoever has deleted the only key adds another, or gets one with the next renewal; nothing paid stays open."""
    view = await alice.start_purchase("three")
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.scan_and_settle()
    with pytest.raises(KeyAwaited):
        await alice.shop.delete_key(ALICE, (await alice.key()).id)
    await alice.shop.work()
    await delete(alice, await alice.key())
    assert (await keys(alice), world.panel.accounts) == ((), {})
    assert (await alice.shop.list_keys(ALICE)).may_add
    assert (await alice.buy("three")).state is OrderState.DELIVERED
    assert working(world) == {"orbit_42_2"}
    await check_ledger(world)


async def test_an_order_does_not_wait_for_a_deleted_key(alice: Buyer, world: World) -> None:
    """The renewal waits for two keys on two panels; the one of the dead panel is deleted: it is delivered."""
    two = MemoryPanel(PanelId("two"), world.clock, [replace(world.panel.readings[0], name="b", groups=("in-b",))])
    await alice.buy("three")
    await add(alice)
    world.panels[two.panel_id] = two
    shop = Shop(world.ports())
    await shop.open()
    first, second = await keys(alice)
    async with world.storage.transaction() as tx:
        place = second.home.place
        assert place is not None
        await tx.keys.save(second.place(place._replace(panel_id=two.panel_id, node="b"), world.clock.now()))
    await shop.work()
    two.unavailable = True
    elsewhere = Buyer(shop, world, ALICE)
    order = await elsewhere.buy("three")
    assert order.state is OrderState.PAID
    await shop.delete_key(ALICE, second.id)
    assert (await elsewhere.order(order.id)).state is OrderState.DELIVERED
    assert first.username in world.panel.accounts


async def test_limited_traffic_is_not_farmed(alice: Buyer, world: World) -> None:
    """With unlimited traffic keys may be replaced often; with a limit one a month, until the month is over."""
    await alice.buy("limited")
    await add(alice)
    await delete(alice, (await keys(alice))[1])
    await add(alice)
    await delete(alice, (await keys(alice))[1])
    with pytest.raises(TooManyNewKeys) as refused:
        await add(alice)
    assert refused.value.until == world.clock.now() + timedelta(days=30)
    await alice.buy("limited")
    world.clock.advance(days=30)
    await add(alice)
    assert len(await keys(alice)) == 2
