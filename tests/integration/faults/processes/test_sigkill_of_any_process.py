"""Bots and workers are killed at any instant, one after another, and what is paid is delivered once all the same."""

import asyncio
import os
import random

from tests.integration.faults.processes.cluster import Cluster
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one, buy

KILLS = int(os.environ.get("ORBIT_TEST_KILLS", "50"))
SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
CROWD = 6
LONGEST_PAUSE_S = 0.8


async def test_every_customer_is_served_once_whichever_process_is_killed(cluster: Cluster) -> None:
    """SIGKILL of any bot or worker at random instants of purchases in flight: each is delivered, none lost or doubled.

    Before each kill a new buyer comes, and the killed process is started again at once.
    """
    chance = random.Random(SEED)
    customers = [cluster.customer(f"Customer {number}") for number in range(CROWD + KILLS)]
    arriving = iter(customers)
    buying = [asyncio.create_task(buy(next(arriving))) for _ in range(CROWD)]
    for customer in arriving:
        newest = asyncio.create_task(buy(customer))
        buying.append(newest)
        await asyncio.wait({newest}, timeout=chance.uniform(0, LONGEST_PAUSE_S))
        victim = chance.choice(cluster.everything)
        await victim.kill()
        await victim.start()
        assert not all(purchase.done() for purchase in buying)
    await cluster.release_leases()
    await asyncio.gather(*buying)
    killed = [pid for shop in cluster.everything for pid in shop.kills]
    assert len(set(killed)) == len(killed) == KILLS
    assert all(shop.kills for shop in cluster.everything) or len(cluster.everything) > KILLS
    await assert_each_has_exactly_one(cluster.storage, customers)
