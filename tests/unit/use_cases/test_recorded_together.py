"""What tasks side by side find out is recorded at once, and together where it comes together."""

import asyncio
from collections.abc import Sequence

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.steps.record_together import Recorder, record_together
from orbit_domain.storage import StorageUnavailable, Transaction
from orbit_testing import samples
from tests.support.world import World


class Facts:
    """Records users by their numbers; number 13 can't be recorded. `groups`: what shared a transaction."""

    def __init__(self) -> None:
        self.groups: list[Sequence[int]] = []
        self.second = asyncio.Event()

    async def __call__(self, tx: Transaction, numbers: Sequence[int]) -> list[bool]:
        """True for everybody who is new."""
        self.groups.append(numbers)
        if len(self.groups) == 2:
            self.second.set()
        await asyncio.sleep(0)
        if 13 in numbers:
            raise LookupError("13")
        return [(await tx.users.add_if_absent(samples.new_user(TelegramId(number)))).is_new for number in numbers]


async def test_what_cannot_be_recorded_stops_no_other(world: World) -> None:
    """The others are recorded each by itself, and each end is known."""
    facts = Facts()
    first, poisoned, last = await record_together(world.storage, facts, [7, 13, 7])
    assert (first, type(poisoned), last) == (True, LookupError, False)
    assert facts.groups == [[7, 13, 7], [7], [13], [7]]


async def test_what_comes_during_a_transaction_shares_the_next(world: World) -> None:
    """The first is recorded at once; the others wait for no company, and are no more than a short transaction takes."""
    facts = Facts()
    recorder = Recorder(world.storage, facts, at_once=3)
    ends = await asyncio.gather(*(recorder(number) for number in (1, 2, 3, 13, 4, 5)), return_exceptions=True)
    assert [end if isinstance(end, bool) else type(end) for end in ends] == [True, True, True, LookupError, True, True]
    assert facts.groups == [[1], [2, 3, 13], [2], [3], [13], [4, 5]]


async def test_whoever_is_cancelled_takes_nobody_along(world: World) -> None:
    """The task that was recording for others ends: the next one records what they wait for."""
    facts = Facts()
    recorder = Recorder(world.storage, facts)
    tasks = [asyncio.create_task(recorder(number)) for number in (1, 2, 3)]
    await facts.second.wait()
    tasks[1].cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [bool, asyncio.CancelledError, bool]
    async with world.storage.transaction() as tx:
        assert [await tx.users.get(TelegramId(number)) is not None for number in (1, 3)] == [True, True]


async def test_everybody_hears_of_a_storage_that_is_away(world: World) -> None:
    """Nothing is tried again one by one while the storage can't be used."""
    groups = []

    async def record(_tx: Transaction, numbers: Sequence[int]) -> list[bool]:
        groups.append(numbers)
        await asyncio.sleep(0)
        raise StorageUnavailable("down")

    recorder = Recorder(world.storage, record)
    ends = await asyncio.gather(*(recorder(number) for number in (1, 2, 3)), return_exceptions=True)
    assert [type(end) for end in ends] == [StorageUnavailable] * 3
    assert groups == [[1], [2, 3]]
    with pytest.raises(StorageUnavailable):
        await recorder(4)
