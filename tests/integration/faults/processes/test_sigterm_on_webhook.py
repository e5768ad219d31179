"""A bot behind a webhook, and a worker of its own, end as quickly as one process does, and lose as little."""

import os
import random

import pytest

from tests.integration.faults.processes.cluster import Cluster
from tests.integration.faults.processes.graceful_shutdown import regulars_of, shut_down_under_load
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one

SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
ROUNDS = 2
SHOPS = int(os.environ.get("ORBIT_TEST_SIGTERMS", "2")) // ROUNDS


@pytest.mark.parametrize("number", range(SHOPS))
async def test_sigterm_of_bot_and_worker_loses_nothing(small_cluster: Cluster, number: int) -> None:
    """SIGTERM to both under fifty updates a second, again and again: ended in less than ten seconds,
    claimed work finished, every update answered, every purchase delivered once.
    """
    chance = random.Random(SEED + number)
    regulars = await regulars_of(small_cluster)
    rounds = [
        await shut_down_under_load(small_cluster, small_cluster.everything, regulars, chance) for _ in range(ROUNDS)
    ]
    assert all(second < 10 for one in rounds for second in one.shutdown_s)
    assert [one.unfinished for one in rounds] == [()] * ROUNDS
    await assert_each_has_exactly_one(small_cluster.storage, [buyer for one in rounds for buyer in one.buyers])
