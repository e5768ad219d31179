"""Money that an admin puts on a balance, or takes off it, by hand."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import (
    ADJUSTMENTS,
    AdjustmentDecided,
    AdjustmentNameTaken,
    NoSuchAdjustment,
    SecondAdminNeeded,
    requested_account,
)
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, Buyer
from tests.support.crash_injection import CrashBudget, CrashHook
from tests.support.invariants import check_ledger
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import World

ID, OTHER = UUID(int=7), UUID(int=8)
ANNA, BEN = "cli:anna", "cli:ben"
LIMIT = 100_000
WHY = "the outage of Friday"


async def told(buyer: Buyer) -> list[BalanceAdjusted]:
    """What the customer was told of adjustments, after the worker has run."""
    await buyer.shop.work()
    return [notice for notice in buyer.notices("balance_adjusted") if isinstance(notice, BalanceAdjusted)]


async def standing(world: World, account: str) -> int:
    """What stands on *account*."""
    async with world.storage.transaction() as tx:
        figures = await tx.periods.account_figures(world.clock.now(), world.clock.now().replace(year=2100))
    return sum(one.closing for one in figures if one.account == account)


async def test_up_to_the_limit_one_admin_is_enough(alice: Buyer, world: World) -> None:
    """The balance moves once, the customer is told once with the reason, and the same call again changes nothing."""
    for _ in range(2):
        done = await alice.shop.adjust_balance(ID, ALICE, LIMIT, ANNA, WHY)
        assert not done.waits
    assert await alice.balance() == LIMIT
    assert await told(alice) == [BalanceAdjusted(ID, LIMIT, LIMIT, WHY)]
    await alice.shop.adjust_balance(OTHER, ALICE, -LIMIT, ANNA, WHY)
    assert await alice.balance() == 0
    assert (await told(alice))[1:] == [BalanceAdjusted(OTHER, -LIMIT, 0, WHY)]
    assert await standing(world, ADJUSTMENTS) == 0
    await check_ledger(world)


async def test_above_the_limit_a_second_admin_confirms(alice: Buyer, world: World) -> None:
    """Nothing moves and nobody is told before another admin confirms it; whoever asked can't; it counts once."""
    shop = alice.shop
    for _ in range(2):
        assert (await shop.adjust_balance(ID, ALICE, LIMIT + 1, ANNA, WHY)).waits
    assert (await alice.balance(), await told(alice)) == (0, [])
    assert [one.id for one in await shop.list_adjustments()] == [ID]
    with pytest.raises(SecondAdminNeeded):
        await shop.confirm_adjustment(ID, ANNA)
    assert await alice.balance() == 0
    await shop.confirm_adjustment(ID, BEN)
    for again in (shop.confirm_adjustment(ID, BEN), shop.reject_adjustment(ID, ANNA, "no")):
        with pytest.raises(AdjustmentDecided):
            await again
    assert (await shop.adjust_balance(ID, ALICE, LIMIT + 1, ANNA, WHY)).waits
    assert await alice.balance() == LIMIT + 1
    assert await told(alice) == [BalanceAdjusted(ID, LIMIT + 1, LIMIT + 1, WHY)]
    assert await shop.list_adjustments() == ()
    assert await standing(world, "requested:*") == await standing(world, "requested") == 0
    await check_ledger(world)


async def test_a_rejected_request_moves_nothing(alice: Buyer, world: World) -> None:
    """Any admin rejects it, whoever asked too; no balance has moved, and it can't be confirmed any more."""
    await alice.shop.adjust_balance(ID, ALICE, LIMIT + 1, ANNA, WHY)
    assert await standing(world, "requested:*") == LIMIT + 1
    assert requested_account(ALICE).startswith("requested:")
    await alice.shop.reject_adjustment(ID, ANNA, "a slip")
    with pytest.raises(AdjustmentDecided):
        await alice.shop.confirm_adjustment(ID, BEN)
    assert (await alice.balance(), await told(alice)) == (0, [])
    assert await standing(world, "requested:*") == await standing(world, ADJUSTMENTS) == 0
    await check_ledger(world)


async def test_a_balance_never_falls_below_zero(alice: Buyer, world: World) -> None:
    """More than is there isn't taken, neither at once nor when it is confirmed; a request waits until it is there."""
    await alice.add_balance(20_000)
    with pytest.raises(InsufficientBalance):
        await alice.shop.adjust_balance(OTHER, ALICE, -20_001, ANNA, WHY)
    await alice.shop.adjust_balance(ID, ALICE, -LIMIT - 1, ANNA, WHY)
    with pytest.raises(InsufficientBalance):
        await alice.shop.confirm_adjustment(ID, BEN)
    assert (await alice.balance(), await told(alice)) == (20_000, [])
    await alice.add_balance(LIMIT)
    await alice.shop.confirm_adjustment(ID, BEN)
    assert await alice.balance() == 19_999
    await check_ledger(world)


async def test_what_stands_for_something_else_is_refused(alice: Buyer, bob: Buyer, world: World) -> None:
    """An id stands for one user, sum and reason; what nobody asked for, and who was never here, are refused."""
    shop = alice.shop
    await shop.adjust_balance(ID, ALICE, 100, ANNA, WHY)
    for wish in ((bob.tg_id, 100, WHY), (ALICE, 101, WHY), (ALICE, -100, WHY), (ALICE, 100, "another")):
        with pytest.raises(AdjustmentNameTaken):
            await shop.adjust_balance(ID, *wish[:2], ANNA, wish[2])
    for unknown in (shop.confirm_adjustment(ID, BEN), shop.reject_adjustment(OTHER, BEN, WHY)):
        with pytest.raises(NoSuchAdjustment):
            await unknown
    with pytest.raises(NoSuchUser):
        await shop.adjust_balance(OTHER, TelegramId(404), 100, ANNA, WHY)
    assert (await alice.balance(), await bob.balance()) == (100, 0)
    await check_ledger(world)


async def test_many_decisions_at_once_are_one(alice: Buyer, world: World) -> None:
    """Of ten admins who confirm or reject at the same time one decides."""
    await alice.shop.adjust_balance(ID, ALICE, LIMIT + 1, ANNA, WHY)
    decisions = [
        alice.shop.confirm_adjustment(ID, f"cli:{number}")
        if number % 2
        else alice.shop.reject_adjustment(ID, f"cli:{number}", WHY)
        for number in range(10)
    ]
    ends = await asyncio.gather(*decisions, return_exceptions=True)
    assert sum(isinstance(end, AdjustmentDecided) for end in ends) == 9
    assert await alice.balance() in (0, LIMIT + 1)
    assert len(await told(alice)) == (await alice.balance() > 0)
    await check_ledger(world)


async def test_a_crash_at_any_call_loses_and_doubles_nothing(alice: Buyer, world: World) -> None:
    """After a crash at each call of a request and its confirmation the same commands end as if there was none."""
    fatal, crashes = 0, 0
    while True:
        fatal += 1
        name = UUID(int=1000 + fatal)

        async def both(shop: Shop, name: UUID = name) -> None:
            await shop.adjust_balance(name, ALICE, LIMIT + 1, ANNA, WHY)
            with suppress(AdjustmentDecided):
                await shop.confirm_adjustment(name, BEN)

        dying = Shop(with_hook(world.ports(), CrashHook()))
        has_crashed = await CrashBudget(fatal).live(lambda dying=dying, both=both: both(dying))
        await both(alice.shop)
        assert await alice.balance() == fatal * (LIMIT + 1)
        await check_ledger(world)
        if not has_crashed:
            break
        crashes += 1
    assert crashes >= 6
    assert len(await told(alice)) == fatal
