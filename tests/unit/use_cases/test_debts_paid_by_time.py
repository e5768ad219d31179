"""Time that joined another plan pays a debt by what it cost: no more of it goes, and no later order ends for a rest."""

from datetime import timedelta

import pytest

from orbit_domain.payment.source_record import SourceRecord
from tests.support.buyer import ALICE
from tests.support.world import World
from tests.unit.use_cases.test_plan_change import LITE, MAX, days_left, pay_for
from tests.unit.use_cases.test_reversals import Provider

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def bank(world: World) -> Provider:
    """A provider with a list of refunds, a customer, and two more plans."""
    bank = Provider(world)
    await bank.shop.open()
    await bank.alice.start()
    async with world.storage.transaction() as tx:
        for plan in (LITE, MAX):
            await tx.plans.add_if_absent(plan)
    return bank


async def plans_one_after_another(bank: Provider, first: str, *others: str) -> SourceRecord:
    """Each is paid at its own moment, and nothing is left on the balance; what arrived for the first."""
    view = await bank.alice.start_purchase(first)
    arrival = bank.alice.send(view, view.payment.quote.due.units)
    for plan in others:
        await bank.shop.work()
        bank.world.clock.advance(seconds=10)
        await pay_for(bank.alice, bank.world, plan)
        if balance := await bank.alice.balance():
            await bank.shop.adjust_balance(bank.world.ids.uuid(), ALICE, -balance, "uid 1", "spent elsewhere")
    return arrival


async def test_no_order_ends_for_a_fraction_of_a_second(bank: Provider) -> None:
    """Between two whole seconds too, the time of the first month pays all, and both months of the other plan stay."""
    arrival = await plans_one_after_another(bank, "sub_1m", "max", "max")
    bank.world.clock.advance(seconds=0.1)
    await bank.take_back(arrival)
    (alert,), _ = bank.told()
    assert (alert.stopped, alert.shortened, alert.owed_kopecks) == (0, 1, 0)


async def test_a_year_does_not_end_for_a_month_s_debt(bank: Provider) -> None:
    """The time at the end is cheaper than the rest: twenty days of the year are worth the 50 roubles."""
    arrival = await plans_one_after_another(bank, "lite", "sub_1m", "sub_12m")
    before = await days_left(bank.alice, bank.world)
    await bank.take_back(arrival)
    (alert,), _ = bank.told()
    assert (alert.stopped, alert.shortened, alert.owed_kopecks) == (0, 1, 0)
    taken = before - await days_left(bank.alice, bank.world)
    assert timedelta(0) <= taken - 365 * DAY * LITE.price.units / 92_900 < SECOND


async def test_free_days_are_not_counted_as_paid_ones(bank: Provider) -> None:
    """Three days of a trial stay, with the month of the other plan; what the first month had become is gone."""
    await bank.shop.start_trial(ALICE)
    arrival = await plans_one_after_another(bank, "sub_1m", "max")
    await bank.take_back(arrival)
    assert timedelta(0) <= 33 * DAY - await days_left(bank.alice, bank.world) < 20 * SECOND
