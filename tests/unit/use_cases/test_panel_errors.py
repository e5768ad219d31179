"""Panels go silent, refuse, forget and lose answers: what is paid is delivered all the same, once."""

import asyncio
from datetime import timedelta

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.key import Key
from orbit_domain.clock import Clock
from orbit_domain.notice.notice import DeliveryDelayed
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import GRACE
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import MAIN, World


def wanted(world: World, username: str = "orbit_42") -> Account:
    """What the first panel keeps under that name."""
    account = world.panel.accounts[username].wanted
    assert account is not None
    return account


async def test_a_silent_panel_delays_a_delivery_and_never_loses_it(alice: Buyer, world: World) -> None:
    """The owner is notified once after ten minutes, and the customer gets the key when the panel is back."""
    world.panel.unavailable = True
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert world.notices(OWNER, "delivery_delayed") == []
    for _ in range(20):
        world.clock.advance(minutes=1)
        await alice.shop.work()
    order = await alice.order_of(view)
    (delayed,) = world.notices(OWNER, "delivery_delayed")
    assert isinstance(delayed, DeliveryDelayed)
    assert (delayed.order_id, delayed.tg_id, delayed.paid_at) == (order.id, ALICE, order.paid_at)
    assert delayed.reason

    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert len(alice.notices("key_ready")) == len(world.notices(OWNER, "delivery_delayed")) == 1
    assert await alice.shop.alert_delayed_orders() == 0
    await check_ledger(world)


async def test_a_panel_that_was_away_for_days_is_tried_again_within_ten_minutes(alice: Buyer, world: World) -> None:
    """Retries never end, and their pauses never exceed ten minutes."""
    world.panel.unavailable = True
    view = await alice.start_purchase()
    alice.send(view)
    for _ in range(300):
        await alice.shop.work(1)
        world.clock.advance(minutes=15)
    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    key = await alice.key()
    assert (key.home.attempts, key.home.last_error) == (0, None)


async def test_one_customer_s_trouble_isn_t_another_s(alice: Buyer, bob: Buyer, world: World) -> None:
    """A key that can't be made doesn't hold up those behind it."""
    world.panel.add_foreign("orbit_42")
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    alice.send(hers)
    bob.send(his)
    await alice.shop.work(1)
    assert (await bob.order_of(his)).state is OrderState.DELIVERED


@pytest.mark.parametrize("taken", [1, 2, 5])
async def test_a_name_that_is_taken_gives_the_next_one(alice: Buyer, world: World, taken: int) -> None:
    """Accounts of other people are left alone; ours gets the next free suffix."""
    names = ["orbit_42", *(f"orbit_42_{number}" for number in range(2, 10))]
    for name in names[:taken]:
        world.panel.add_foreign(name)
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work(taken + 1)
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert (await alice.key()).username == names[taken]
    assert [world.panel.accounts[name].wanted for name in names[:taken]] == [None] * taken
    assert len(alice.notices("key_ready")) == 1


async def test_a_lost_answer_makes_one_account(alice: Buyer, world: World) -> None:
    """The panel did it and its answer was lost: the second attempt adopts what is there, with the same credential."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    world.panels[MAIN] = Deaf(MAIN, world.clock, world.panel.readings)
    shop = Shop(world.ports())
    assert await shop.provision_keys() == 0
    first = wanted(world)
    world.clock.advance(minutes=1)
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert (list(world.panel.accounts), wanted(world).credential) == (["orbit_42"], first.credential)


class Deaf(MemoryPanel):
    """A panel whose first answer about an account is lost."""

    async def ensure(self, account: Account) -> AccountState:
        self.lose_next_answer = not self.accounts
        return await super().ensure(account)


class ObservingPanel(MemoryPanel):
    """A panel that records what the storage held of the key at the moment of the call."""

    def __init__(self, like: MemoryPanel, clock: Clock, shop: Shop) -> None:
        super().__init__(like.panel_id, clock, like.readings)
        self.shop = shop
        self.seen: list[Key] = []

    async def ensure(self, account: Account) -> AccountState:
        self.seen.extend((await self.shop.show_keys(ALICE)).keys)
        return await super().ensure(account)


async def test_the_place_is_in_the_books_before_the_panel_is_called(alice: Buyer, world: World) -> None:
    """A crash during the call leaves no account in an unknown place."""
    world.panels[MAIN] = panel = ObservingPanel(world.panel, world.clock, alice.shop)
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    await Shop(world.ports()).provision_keys()
    (key,) = panel.seen
    assert (key.panel_id, key.home.node, key.home.groups) == (MAIN, "home", ("in-home",))


async def test_a_key_stays_where_it_was_placed_after_a_lost_answer() -> None:
    """With two panels the retry goes to the panel that may have the account already, however full it is by then."""
    world = World({"one": ("a",), "two": ("b",)})
    shop = Shop(world.ports())
    await shop.open()
    alice = Buyer(shop, world)
    await alice.start()
    first = world.panels["one"]
    world.panels["one"] = Deaf(first.panel_id, world.clock, first.readings)
    shop = alice.shop = Shop(world.ports())
    view = await alice.start_purchase()
    alice.send(view)
    await shop.work()
    world.panels["one"].readings = ()
    world.clock.advance(minutes=1)
    await shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert (list(world.panels["one"].accounts), list(world.panels["two"].accounts)) == (["orbit_42"], [])


async def test_keys_spread_over_the_nodes() -> None:
    """A new key goes where fewer of our keys live, counted in the storage."""
    world = World({"one": ("a", "b", "c")})
    shop = Shop(world.ports())
    await shop.open()
    nodes = []
    for number in range(6):
        buyer = Buyer(shop, world, type(ALICE)(100 + number))
        await buyer.start()
        await buyer.buy()
        nodes.append((await buyer.key()).home.node)
    assert sorted(nodes[:3]) == sorted(nodes[3:]) == ["a", "b", "c"]


async def test_without_a_node_the_order_waits_for_one(alice: Buyer, world: World) -> None:
    """Nothing can take a key now: the order stays paid, the key says why, and it is delivered when a node is back."""
    readings, world.panel.readings = world.panel.readings, ()
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.PAID
    assert (await alice.key()).home.last_error
    world.panel.readings = readings
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_a_panel_that_refuses_is_retried_and_the_owner_is_notified(alice: Buyer, world: World) -> None:
    """A refusal needs a person: the owner is notified, and after the repair the order is delivered."""
    world.panel.placements = frozenset()
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    world.clock.advance(minutes=11)
    await alice.shop.work()
    assert len(world.notices(OWNER, "delivery_delayed")) == 1
    world.panel.placements = None
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


@pytest.mark.parametrize("accident", ["disable", "lose"])
async def test_a_renewal_revives_an_account_under_the_same_links(alice: Buyer, world: World, accident: str) -> None:
    """An account that was switched off or forgotten works again after the renewal, and no link has changed."""
    await alice.buy()
    key = await alice.key()
    getattr(world.panel, accident)("orbit_42")
    await alice.buy()
    again = await alice.key()
    assert (again.subscription_url, again.links) == (key.subscription_url, key.links)
    assert wanted(world).enabled
    assert wanted(world).expires_at == again.expires_at == key.expires_at + timedelta(days=30)


class Slow(MemoryPanel):
    """A panel whose first call hangs on the way until it is released, and only then reaches the panel."""

    def __init__(self, like: MemoryPanel, clock: Clock) -> None:
        super().__init__(like.panel_id, clock, like.readings)
        self.called = asyncio.Event()
        self.let_go = asyncio.Event()

    async def ensure(self, account: Account) -> AccountState:
        if not self.called.is_set():
            self.called.set()
            await self.let_go.wait()
        return await super().ensure(account)


async def test_an_old_request_that_arrives_last_doesn_t_undo_a_renewal(alice: Buyer, world: World) -> None:
    """Two workers bring the same key: in either order of their calls the panel has the renewed end at last."""
    panel = Slow(world.panel, world.clock)
    world.panels[MAIN] = panel
    await alice.add_balance(30_000)
    shop, other = Shop(world.ports()), Shop(world.ports())
    await shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
    slow = asyncio.create_task(shop.provision_keys())
    await panel.called.wait()
    await shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
    await other.provision_keys()
    panel.let_go.set()
    await slow
    world.clock.advance(minutes=3)
    await shop.work()
    key = await alice.key()
    assert key.is_confirmed
    ends_at = await alice.ends_at()
    assert ends_at is not None
    assert (wanted(world).expires_at, key.expires_at) == (ends_at + GRACE, ends_at + GRACE)


async def test_a_renewal_isn_t_delivered_by_the_answer_to_an_older_wish(alice: Buyer, world: World) -> None:
    """What was paid while the panel worked on the first month is delivered when the panel has the second."""
    world.panels[MAIN] = panel = Slow(world.panel, world.clock)
    await alice.add_balance(30_000)
    shop = Shop(world.ports())
    orders = [(await alice.choose()).order for _ in range(2)]
    await shop.pay_from_balance(ALICE, orders[0].id)
    slow = asyncio.create_task(shop.provision_keys())
    await panel.called.wait()
    await shop.pay_from_balance(ALICE, orders[1].id)
    panel.let_go.set()
    await slow
    assert (await alice.order(orders[1].id)).state is OrderState.PAID
    world.clock.advance(minutes=2)
    await shop.work()
    assert [(await alice.order(order.id)).state for order in orders] == [OrderState.DELIVERED] * 2
    assert wanted(world).expires_at == (await alice.key()).expires_at


async def test_two_renewals_while_the_panel_is_away_are_one_call_to_it(alice: Buyer, world: World) -> None:
    """Absolute values need no queue: both orders are delivered by the call that brings the last end."""
    await alice.buy()
    world.panel.unavailable = True
    await alice.add_balance(30_000)
    orders = [(await alice.choose()).order for _ in range(2)]
    for order in orders:
        await alice.shop.pay_from_balance(ALICE, order.id)
        await alice.shop.work()
    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert [(await alice.order(order.id)).state for order in orders] == [OrderState.DELIVERED] * 2
    assert wanted(world).expires_at == (await alice.key()).expires_at
    assert len(alice.notices("key_ready")) == 2
    assert BOB not in {sent.tg_id for sent in world.notifier.sent}
