"""A unit of work that found the storage busy is retried, as a whole and a limited number of times."""

import pytest

from orbit_domain.storage import StorageBusy, StorageConflict, StorageError, StorageUnavailable
from orbit_entry.runtime.retry import retry_on_busy


class Work:
    """Raises the given failures, one a call, and then returns the number of calls."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self) -> int:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.calls


class RecordedBackoffs:
    """Backoffs that take no time and are recorded."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    async def __call__(self, failures: int) -> None:
        self.taken.append(failures)


@pytest.mark.parametrize("failures", range(5))
async def test_the_whole_unit_is_called_again(failures: int) -> None:
    """Work that succeeds within five attempts returns its result, with a pause after each failure."""
    work, backoffs = Work(*[StorageBusy()] * failures), RecordedBackoffs()
    assert await retry_on_busy(work, pause=backoffs) == failures + 1
    assert backoffs.taken == list(range(1, failures + 1))


@pytest.mark.parametrize("attempts", [1, 3, 5])
async def test_it_gives_up_in_the_end(attempts: int) -> None:
    """After the last attempt its error is raised at once, without a pause."""
    errors = [StorageBusy(str(number)) for number in range(9)]
    work, backoffs = Work(*errors), RecordedBackoffs()
    with pytest.raises(StorageBusy) as raised:
        await retry_on_busy(work, attempts=attempts, pause=backoffs)
    assert raised.value is errors[attempts - 1]
    assert (work.calls, backoffs.taken) == (attempts, list(range(1, attempts)))


@pytest.mark.parametrize("error", [StorageUnavailable(), StorageConflict(), StorageError(), ValueError()])
async def test_only_a_busy_storage_is_retried(error: Exception) -> None:
    """An unreachable database, a conflict and a bug aren't retried."""
    work, backoffs = Work(error), RecordedBackoffs()
    with pytest.raises(type(error)):
        await retry_on_busy(work, pause=backoffs)
    assert (work.calls, backoffs.taken) == (1, [])


async def test_another_error_ends_the_attempts() -> None:
    """When the storage goes from busy to unavailable, that is what is raised."""
    work = Work(StorageBusy(), StorageUnavailable(), StorageBusy())
    with pytest.raises(StorageUnavailable):
        await retry_on_busy(work, pause=RecordedBackoffs())
    assert work.calls == 2


async def test_the_default_pause_is_short() -> None:
    """With the default pauses, work that succeeds at the fifth attempt returns its result."""
    assert await retry_on_busy(Work(*[StorageBusy()] * 4)) == 5
