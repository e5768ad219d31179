"""A process that gets SIGTERM ends quickly and leaves nothing that the next one can't finish."""

import os
import random

import pytest

from tests.integration.faults.processes.graceful_shutdown import regulars_of, shut_down_under_load
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one
from tests.integration.faults.processes.single_process import SingleProcessShop

SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
ROUNDS = 2
SHOPS = int(os.environ.get("ORBIT_TEST_SIGTERMS", "4")) // ROUNDS


@pytest.mark.parametrize("number", range(SHOPS))
async def test_sigterm_leaves_quickly_and_loses_nothing(single_process: SingleProcessShop, number: int) -> None:
    """SIGTERM to a polling `orbit run` under fifty updates a second, again and again: ended in less than ten
    seconds, claimed work finished, every update answered, every purchase delivered once.
    """
    chance = random.Random(SEED + number)
    regulars = await regulars_of(single_process)
    rounds = [
        await shut_down_under_load(single_process, [single_process.shop_process], regulars, chance)
        for _ in range(ROUNDS)
    ]
    assert all(second < 10 for one in rounds for second in one.shutdown_s)
    assert [one.unfinished for one in rounds] == [()] * ROUNDS
    await assert_each_has_exactly_one(single_process.storage, [buyer for one in rounds for buyer in one.buyers])
