"""Whoever is asked to leave does so quickly and leaves nothing behind that the next one can't finish."""

import os
import random

import pytest

from tests.integration.faults.processes.graceful_shutdown import leave_in_the_stream, regulars_of
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one
from tests.integration.faults.processes.single_process import SingleProcessShop

SEED = int(os.environ.get("ORBIT_TEST_SEED", "20261121"))
ROUNDS = 2


@pytest.mark.parametrize("number", range(5))
async def test_sigterm_leaves_quickly_and_loses_nothing(single_process: SingleProcessShop, number: int) -> None:
    """SIGTERM to a polling `orbit run` under fifty updates a second, ten rounds in all: out in less than ten seconds,
    what was in hand finished, every update answered, every purchase delivered once.
    """
    chance = random.Random(SEED + number)
    regulars = await regulars_of(single_process)
    rounds = [
        await leave_in_the_stream(single_process, [single_process.shop_process], regulars, chance)
        for _ in range(ROUNDS)
    ]
    assert all(second < 10 for one in rounds for second in one.leaving_s)
    assert [one.unfinished for one in rounds] == [()] * ROUNDS
    await assert_each_has_exactly_one(single_process.storage, [buyer for one in rounds for buyer in one.buyers])
