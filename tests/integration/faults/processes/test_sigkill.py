"""The process is killed at any instant, and the next one finishes what was begun."""

import asyncio
import os
import random

import pytest

from orbit_domain.payment.payment import TON_METHOD, Method
from tests.integration.faults.processes.mixed_payments import METHODS, buy_by
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one, greet
from tests.integration.faults.processes.single_process import SingleProcessShop
from tests.support.world import PRICE

KILLS = int(os.environ.get("ORBIT_TEST_KILLS", "50"))
SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
SHARES = 5
# About when the payment is made. Later instants are met as well: a kill finds earlier purchases unfinished, too.
LATEST_KILL_S = 1.2


def kills_in(number: int) -> int:
    """How many of all the kills the test of that number makes."""
    return KILLS // SHARES + (number < KILLS % SHARES)


def method_of(number: int, place: int) -> Method:
    """How the customer in that *place* of the test of that number pays."""
    return METHODS[(number + place) % len(METHODS)]


@pytest.mark.parametrize("number", range(SHARES))
async def test_killed_anywhere_the_order_is_delivered_once(single_process: SingleProcessShop, number: int) -> None:
    """SIGKILL at random instants of purchases on one SQLite file: each ends delivered, nothing lost or doubled.

    Each customer pays by another way. A purchase doesn't wait for others to end, so each kill meets several of them
    at different steps.
    """
    chance = random.Random(SEED + number)
    customers, purchases = [], []
    for _ in range(kills_in(number)):
        customer = single_process.customer(f"Customer {len(customers)}")
        await greet(customer)  # The process that was started last is at work.
        purchase = asyncio.create_task(buy_by(customer, method_of(number, len(customers))))
        customers.append(customer)
        purchases.append(purchase)
        await asyncio.wait({purchase}, timeout=chance.uniform(0, LATEST_KILL_S))
        await single_process.shop_process.kill()
        await single_process.shop_process.start()
    await asyncio.gather(*purchases)
    assert len(set(single_process.shop_process.kills)) == kills_in(number)
    elsewhere = {one.tg_id: PRICE for place, one in enumerate(customers) if method_of(number, place) != TON_METHOD}
    await assert_each_has_exactly_one(single_process.storage, customers, elsewhere)
