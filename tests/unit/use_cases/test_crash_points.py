"""The process crashes at every call of a sale, alone and in series: nothing is lost and nothing is doubled."""

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
from tests.support.crash_injection import CrashBudget, CrashHook
from tests.support.invariants import check_ledger, liveness_violations
from tests.support.port_hooks import RandomYield, with_hook
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.crash_journey import CrashJourney


async def check_outcome(journey: CrashJourney) -> None:
    """Two orders delivered once each: two debits, two grants, one account to the second, every notice sent."""
    world = journey.world
    await check_ledger(world)
    facts = await journey.facts()
    assert facts is not None
    assert liveness_violations(facts) == []
    shop = Shop(world.ports())
    alice = Buyer(shop, world)
    orders = [await alice.order(order_id) for order_id in journey.buyer.orders.values()]
    assert [order.state for order in orders] == [OrderState.DELIVERED, OrderState.DELIVERED]
    statement = await shop.show_statement(ALICE)
    kinds = Counter((statement_line.kind, statement_line.units) for statement_line in statement.statement_lines)
    assert kinds == {(EntryKind.CREDIT, PRICE): 2, (EntryKind.ORDER, -PRICE): 2}
    assert statement.user.balance.units == 0
    timeline = await shop.show_timeline(ALICE)
    assert Counter(event.topic for event in timeline)["time"] == 2
    assert Counter((event.topic, event.what) for event in timeline)["payment", ("confirmed",)] == 1
    ends_at = await alice.ends_at()
    assert orders[0].paid_at is not None
    assert ends_at == orders[0].paid_at + timedelta(days=60)
    assert list(world.panel.accounts) == ["orbit_42"]
    account = world.panel.accounts["orbit_42"].wanted
    assert account is not None
    assert (account.expires_at, account.key_id) == (ends_at + GRACE, (await alice.key()).id)
    check_notices(journey)


def check_notices(journey: CrashJourney) -> None:
    """Every notice was sent at least once, and again at most once for each crash."""
    notices = journey.world.notices(ALICE)
    paid = {notice.order_id for notice in notices if isinstance(notice, OrderPaid)}
    assert paid == set(journey.buyer.orders.values())
    assert any(isinstance(notice, KeyReady) for notice in notices)
    repeats = len(notices) - len({repr(notice) for notice in notices})
    assert repeats <= journey.crashes


async def calls() -> int:
    """How many calls a journey without crashes has."""
    journey = CrashJourney()
    await journey.run()
    return journey.passed


async def test_without_a_crash_the_journey_arrives() -> None:
    """The journey itself is right, and has enough calls to crash at."""
    journey = CrashJourney()
    await journey.run()
    await check_outcome(journey)
    assert (journey.crashes, journey.passed > 150) == (0, True)


async def test_dying_once_at_every_moment_changes_nothing() -> None:
    """For every n the process crashes at its n-th call, is started again, and the outcome is the same."""
    count = await calls()
    for call in range(1, count + 1):
        journey = CrashJourney({call})
        await journey.run()
        assert journey.crashes == 1
        await check_outcome(journey)


@pytest.mark.parametrize("distance", [1, 3])
async def test_dying_again_soon_after_every_restart_changes_nothing(distance: int) -> None:
    """The next process crashes too, a few calls after the first crash, wherever that was."""
    count = await calls()
    for call in range(1, count + 1, 2):
        journey = CrashJourney({call, call + distance})
        await journey.run()
        assert 1 <= journey.crashes <= 2
        await check_outcome(journey)


@pytest.mark.parametrize("period", [41, 83])
async def test_a_crash_loop_still_arrives(period: int) -> None:
    """A shop that crashes again and again, twenty times, delivers in the end."""
    journey = CrashJourney({period * number for number in range(1, 21)})
    await journey.run()
    assert journey.crashes >= 1
    await check_outcome(journey)


async def test_dying_beside_a_living_process_changes_nothing() -> None:
    """Of two workers one crashes at its n-th call, for every n, and the other one finishes what both had begun."""
    call = 0
    crashed = True
    while crashed:
        call += 1
        crashed = await one_of_two_crashes(call)
    assert call > 50


async def one_of_two_crashes(call: int) -> bool:
    """Sell one month over two workers, of which one crashes at *call*; whether it got that far."""
    world = World()
    process, living = CrashBudget(call), Shop(with_hook(world.ports(), RandomYield(call)))
    crashing = Shop(with_hook(world.ports(), CrashHook()))
    await living.open()
    alice = Buyer(living, world)
    await alice.start()
    view = await alice.start_purchase()
    alice.send(view, 2 * COIN)
    crashed, _ = await asyncio.gather(process.live(crashing.work), living.work())
    world.clock.advance(minutes=3)
    await living.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    assert list(world.panel.accounts) == ["orbit_42"]
    assert len(alice.notices("order_paid")) in (1, 2)
    await check_ledger(world)
    assert crashed == (process.passed >= call)
    return crashed


@settings(max_examples=50)
@given(fatal=st.frozensets(st.integers(1, 600), max_size=25))
async def test_dying_at_any_set_of_moments_changes_nothing(fatal: frozenset[int]) -> None:
    """Whenever and however often the process crashes, the shop ends with the same two deliveries."""
    journey = CrashJourney(fatal)
    await journey.run()
    assert journey.crashes <= len(fatal)
    await check_outcome(journey)
