"""The process dies at every moment of a sale, alone and in series: nothing is lost and nothing is doubled."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.notice.notice import KeyReady, OrderPaid
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import GRACE
from tests.support.buyer import ALICE, Buyer
from tests.support.contention import Jostle
from tests.support.crash_moments import with_moments
from tests.support.crashing import Crash, Fuse
from tests.support.oracle import ledger_violations
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.crash_journey import CrashJourney


async def check_outcome(journey: CrashJourney) -> None:
    """Two orders delivered once each: two debits, two grants, one account to the second, everything told."""
    world = journey.world
    await ledger_violations(world)
    shop = Shop(world.ports())
    alice = Buyer(shop, world)
    orders = [await alice.order(order_id) for order_id in journey.orders]
    assert [order.state for order in orders] == [OrderState.DELIVERED, OrderState.DELIVERED]
    statement = await shop.show_statement(ALICE)
    kinds = Counter((statement_line.kind, statement_line.units) for statement_line in statement.statement_lines)
    assert kinds == {(EntryKind.CREDIT, 2 * PRICE): 1, (EntryKind.ORDER, -PRICE): 2}
    assert statement.user.balance.units == 0
    story = await shop.explain(ALICE)
    assert Counter(event.topic for event in story)["time"] == 2
    assert Counter((event.topic, event.what) for event in story)["payment", "confirmed"] == 1
    ends_at = await alice.ends_at()
    assert orders[0].paid_at is not None
    assert ends_at == orders[0].paid_at + timedelta(days=60)
    assert list(world.panel.accounts) == ["orbit_42"]
    account = world.panel.accounts["orbit_42"].wanted
    assert account is not None
    assert (account.expires_at, account.key_id) == (ends_at + GRACE, (await alice.key()).id)
    check_told(journey)


def check_told(journey: CrashJourney) -> None:
    """Everything was told at least once, and again at most once for each crash."""
    notices = [one.notice for one in journey.world.notifier.told if one.tg_id == ALICE]
    assert {notice.order_id for notice in notices if isinstance(notice, OrderPaid)} == set(journey.orders)
    assert any(isinstance(notice, KeyReady) for notice in notices)
    repeats = len(notices) - len({repr(notice) for notice in notices})
    assert repeats <= journey.crashes


async def moments() -> int:
    """How many moments a journey without crashes has."""
    fuse = Fuse()
    await CrashJourney(fuse).run()
    return fuse.passed


async def test_without_a_crash_the_journey_arrives() -> None:
    """The journey itself is right, and long enough to be worth dying in."""
    journey = CrashJourney(Fuse())
    await journey.run()
    await check_outcome(journey)
    assert (journey.crashes, journey.fuse.passed > 150) == (0, True)


async def test_dying_once_at_every_moment_changes_nothing() -> None:
    """For every n the shop dies at its n-th call to the outside, is started again, and the outcome is the same."""
    count = await moments()
    for moment in range(1, count + 1):
        journey = CrashJourney(Fuse({moment}))
        await journey.run()
        assert journey.crashes == 1
        await check_outcome(journey)


@pytest.mark.parametrize("distance", [1, 2, 3, 7])
async def test_dying_again_soon_after_every_restart_changes_nothing(distance: int) -> None:
    """The successor dies too, a few calls after the first crash, wherever that was."""
    count = await moments()
    for moment in range(1, count + 1, 2):
        journey = CrashJourney(Fuse({moment, moment + distance}))
        await journey.run()
        assert 1 <= journey.crashes <= 2
        await check_outcome(journey)


@pytest.mark.parametrize("period", [41, 53, 67, 83, 97])
async def test_a_crash_loop_still_arrives(period: int) -> None:
    """A shop that dies again and again, twenty times, delivers in the end."""
    journey = CrashJourney(Fuse({period * number for number in range(1, 21)}))
    await journey.run()
    assert journey.crashes >= 1
    await check_outcome(journey)


async def test_dying_beside_a_living_process_changes_nothing() -> None:
    """Of two workers one dies at its n-th call, for every n, and the other one finishes what both had begun."""
    moment = 0
    died = True
    while died:
        moment += 1
        died = await one_of_two_dies(moment)
    assert moment > 50


async def one_of_two_dies(moment: int) -> bool:
    """Sell one month over two workers, of which one dies at *moment*; whether it got that far."""
    world = World()
    fuse, living = Fuse({moment}), Shop(with_moments(world.ports(), Jostle(moment)))
    dying = Shop(with_moments(world.ports(), fuse))
    await living.open_doors()
    alice = Buyer(living, world)
    await alice.start()
    view = await alice.wish()
    alice.send(view, 2 * COIN)
    ends = await asyncio.gather(dying.work(), living.work(), return_exceptions=True)
    assert [end for end in ends if not isinstance(end, Crash | None)] == []
    world.clock.advance(minutes=3)
    await living.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    assert list(world.panel.accounts) == ["orbit_42"]
    assert len(alice.heard("order_paid")) in (1, 2)
    await ledger_violations(world)
    return fuse.passed >= moment


@settings(max_examples=150)
@given(fatal=st.frozensets(st.integers(1, 600), max_size=25))
async def test_dying_at_any_set_of_moments_changes_nothing(fatal: frozenset[int]) -> None:
    """Whenever and however often the shop dies, it ends with the same two deliveries."""
    journey = CrashJourney(Fuse(fatal))
    await journey.run()
    assert journey.crashes <= len(fatal)
    await check_outcome(journey)
