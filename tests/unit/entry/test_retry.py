"""A unit of work that was in others' way is called again, as a whole and not for ever."""

import pytest

from orbit_domain.storage import StorageBusy, StorageConflict, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy


class Work:
    """Fails as it is told to, one failure a call, and then answers how often it was called."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self) -> int:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.calls


class Backoffs:
    """Pauses that take no time and are remembered."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    async def __call__(self, failures: int) -> None:
        self.taken.append(failures)


@pytest.mark.parametrize("failures", range(5))
async def test_the_whole_unit_is_called_again(failures: int) -> None:
    """What succeeds within five attempts answers as if nothing had happened, with a pause after each failure."""
    work, rests = Work(*[StorageBusy()] * failures), Backoffs()
    assert await retry_on_busy(work, pause=rests) == failures + 1
    assert rests.taken == list(range(1, failures + 1))


@pytest.mark.parametrize("attempts", [1, 3, 5])
async def test_it_gives_up_in_the_end(attempts: int) -> None:
    """After so many attempts the last trouble is raised, and nobody waits for nothing."""
    troubles = [StorageBusy(str(number)) for number in range(9)]
    work, rests = Work(*troubles), Backoffs()
    with pytest.raises(StorageBusy) as raised:
        await retry_on_busy(work, attempts=attempts, pause=rests)
    assert raised.value is troubles[attempts - 1]
    assert (work.calls, rests.taken) == (attempts, list(range(1, attempts)))


@pytest.mark.parametrize("trouble", [StorageUnavailable(), StorageConflict(), StorageError(), ValueError()])
async def test_only_a_busy_storage_is_tried_again(trouble: Exception) -> None:
    """A database that is down isn't hammered, and a contradiction or a bug doesn't go away by repeating it."""
    work, rests = Work(trouble), Backoffs()
    with pytest.raises(type(trouble)):
        await retry_on_busy(work, pause=rests)
    assert (work.calls, rests.taken) == (1, [])


async def test_another_trouble_ends_the_attempts() -> None:
    """When the storage goes from busy to unavailable, that is what is raised."""
    work = Work(StorageBusy(), StorageUnavailable(), StorageBusy())
    with pytest.raises(StorageUnavailable):
        await retry_on_busy(work, pause=Backoffs())
    assert work.calls == 2


async def test_the_usual_pause_is_short() -> None:
    """Left to its own pauses, a unit that is lucky at the fifth attempt still answers."""
    assert await retry_on_busy(Work(*[StorageBusy()] * 4)) == 5
