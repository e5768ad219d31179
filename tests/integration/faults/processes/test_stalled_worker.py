"""A worker that was stopped longer than its leases goes on where it was, and changes nothing that others did."""

import asyncio
import os
import random
import signal

from tests.integration.faults.processes.cluster import Cluster
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one, buy

SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
ROUNDS = 6
BUYERS = 3
LONGEST_RUN_S = 1.5


async def test_a_worker_that_slept_past_its_leases_doubles_nothing(cluster: Cluster) -> None:
    """SIGSTOP of one worker at random instants of purchases; the other one takes over and finishes them; SIGCONT.

    Whatever the stopped worker was about to record or to send, each customer has exactly one of everything in the end.
    """
    chance = random.Random(SEED)
    customers = [cluster.customer(f"Customer {number}") for number in range(ROUNDS * BUYERS + 1)]
    for number in range(ROUNDS):
        buying = [asyncio.create_task(buy(one)) for one in customers[number * BUYERS : (number + 1) * BUYERS]]
        await asyncio.wait(buying, timeout=chance.uniform(0.2, LONGEST_RUN_S))
        stopped = cluster.workers[number % 2].pid
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)
        await cluster.release_leases()
        while (await asyncio.wait(buying, timeout=LONGEST_RUN_S))[1]:
            await cluster.end_abandoned_transactions()
        await asyncio.gather(*buying)
        os.kill(stopped, signal.SIGCONT)
    await buy(customers[-1])
    await assert_each_has_exactly_one(cluster.storage, customers)
