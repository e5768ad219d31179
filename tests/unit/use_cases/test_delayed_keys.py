"""A key that is late: its customer and the owner are told once each, in facts."""

from dataclasses import replace
from datetime import timedelta

from orbit_domain.notice.notice import DeliveryDelayed, KeyDelayed
from orbit_domain.notice.ports import RetryLater
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER
from tests.support.world import World


async def pay(buyer: Buyer) -> None:
    """Buy a month; the payment arrives."""
    view = await buyer.start_purchase()
    buyer.send(view)
    await buyer.shop.work()


async def test_the_customer_is_told_once_that_the_key_is_late(alice: Buyer, world: World) -> None:
    """After ten minutes, not before, and never again, however long it takes; then the key comes."""
    world.panel.unavailable = True
    await pay(alice)
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert alice.notices("key_delayed") == []
    for _ in range(20):
        world.clock.advance(minutes=1)
        await alice.shop.work()
    (late,) = alice.notices("key_delayed")
    assert isinstance(late, KeyDelayed)
    assert (late.plan_code, late.is_renewal) == ("sub_1m", False)
    world.panel.unavailable = False
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert [notice.kind for notice in world.notices(ALICE)] == ["order_paid", "key_delayed", "key_ready"]


async def test_a_renewal_that_is_late_says_that_the_key_stays(alice: Buyer, world: World) -> None:
    """A customer who has a key already isn't promised a new one."""
    await alice.buy()
    world.panel.unavailable = True
    await pay(alice)
    world.clock.advance(minutes=11)
    await alice.shop.work()
    (late,) = alice.notices("key_delayed")
    assert isinstance(late, KeyDelayed)
    assert late.is_renewal


async def test_a_key_that_came_isn_t_called_late(alice: Buyer, world: World) -> None:
    """The notice that waited for Telegram is dropped when the key works already."""
    world.panel.unavailable = True
    await pay(alice)
    world.notifier.fail_with(RetryLater(timedelta(minutes=20), "slow down"), ALICE)
    world.clock.advance(minutes=11)
    await alice.shop.work()
    world.notifier.recover()
    world.panel.unavailable = False
    world.clock.advance(minutes=20)
    await alice.shop.provision_keys()
    await alice.shop.work()
    assert [notice.kind for notice in world.notices(ALICE)] == ["order_paid", "key_ready"]


async def test_the_owner_s_alert_names_the_customer_and_the_plan(alice: Buyer, world: World) -> None:
    """Who, which plan, since when and why: what the owner needs to act."""
    world.panel.unavailable = True
    await pay(alice)
    world.clock.advance(minutes=11)
    await alice.shop.work()
    (alert,) = world.notices(OWNER, "delivery_delayed")
    assert isinstance(alert, DeliveryDelayed)
    assert (alert.tg_id, alert.username, alert.plan_code) == (ALICE, f"user{ALICE}", "sub_1m")
    assert alert.reason == "no node can take this key now"


async def test_without_an_owner_the_customer_is_told_all_the_same(alice: Buyer, world: World) -> None:
    """A shop that has no owner to alert doesn't leave its customers in the dark."""
    alert_delayed_orders = replace(alice.shop.alert_delayed_orders, owner=None)
    world.panel.unavailable = True
    await pay(alice)
    world.clock.advance(minutes=11)
    assert await alert_delayed_orders() == 1
    await alice.shop.deliver_notices()
    assert len(alice.notices("key_delayed")) == 1
    assert world.notices(OWNER, "delivery_delayed") == []
