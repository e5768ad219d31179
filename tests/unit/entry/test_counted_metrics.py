"""What `/metrics` says is what the process has counted."""

from collections import Counter
from datetime import timedelta

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_domain.process_metrics import ProcessMetrics
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS
from orbit_entry.bot.counted_metrics import CountedMetrics
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_entry.runtime.ephemeral_state import EphemeralState
from tests.support.clock import FakeClock


async def test_every_figure_is_what_was_counted() -> None:
    """Nothing yet; then every outcome, the time within which most have ended, and a cache that two share, once."""
    clock = FakeClock()
    limiter, cache = MemoryRateLimiter(clock, CODE_ATTEMPTS), MemoryCache(clock)
    seconds = 100.0
    meter = UpdateMeter()
    metrics = CountedMetrics(meter, EphemeralState(cache, cache, limiter, limiter, None), lambda: seconds)
    assert metrics.read() == ProcessMetrics(timedelta(), most_ms=5)
    assert (metrics.read().succeeded_permille, metrics.read().hit_permille) == (None, None)
    for outcome, count in zip(UpdateOutcome, (93, 3, 2, 1, 1), strict=True):
        for _ in range(count):
            meter("message", outcome, 0.02)
    for key in ("a", "b", "a"):
        await cache.get(key)
        await cache.put(key, "1", 60)
    seconds += 7_200
    read = metrics.read()
    expected = ProcessMetrics(timedelta(hours=2), 93, 3, 2, 1, 1, 20, 25, 1, 2)
    assert read == expected
    assert (read.requests, read.per_hour, read.succeeded_permille, read.hit_permille) == (100, 50, 930, 333)
    for _ in range(6):
        meter("message", UpdateOutcome.DONE, 60.0)
    assert metrics.read().most_ms is None


def test_what_stores_nothing_counts_nothing() -> None:
    """A process that shares a database but no cache."""
    limiter = MemoryRateLimiter(FakeClock(), CODE_ATTEMPTS)
    assert EphemeralState(NoCache(), NoCache(), limiter, limiter, None).cache_reads() == Counter()
