"""The script in Redis and the rule in the domain give the same verdicts, request by request."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.client import Outcome
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from tests.integration.redis.redis_harness import RedisHarness
from tests.support.clock import FakeClock

# Long enough that the server's own clock, which moves while the tests' stands still, never makes a difference.
policies = st.builds(
    RateLimitPolicy,
    requests=st.integers(1, 7),
    window=st.timedeltas(timedelta(minutes=10), timedelta(days=2)),
    ban=st.timedeltas(timedelta(minutes=10), timedelta(days=2)),
)
# Mostly forward, sometimes exactly to an edge, now and then back: clocks are set.
steps = st.lists(
    st.tuples(
        st.sampled_from(["check", "check", "check", "check", "reset"]),
        st.integers(1, 2),
        st.timedeltas(timedelta(0), timedelta(minutes=20))
        | st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(days=-1)])
        | st.sampled_from(["interval", "ban"]),
    ),
    max_size=30,
)
fresh_ids = iter(range(10**9, 2 * 10**9, 10))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(policy=policies, story=steps)
async def test_script_and_rule_agree(
    harness: RedisHarness, policy: RateLimitPolicy, story: list[tuple[str, int, timedelta | str]]
) -> None:
    """Whatever the policy and however time moves, both limiters allow, ban and reset alike, to the microsecond."""
    clock = harness.clock = FakeClock()
    no_fallback = MemoryRateLimiter(clock, policy, maximum=0)
    shared, local = RedisRateLimiter(harness.client, clock, policy, no_fallback), MemoryRateLimiter(clock, policy)
    first_id = next(fresh_ids)
    for act, number, pause in story:
        clock.at += pause if isinstance(pause, timedelta) else getattr(policy, pause)
        tg_id = TelegramId(first_id + number)
        if act == "check":
            assert await shared.check(tg_id) == await local.check(tg_id)
        else:
            await shared.reset(tg_id)
            await local.reset(tg_id)
    assert harness.client.counts[Outcome.FAILED] + harness.client.counts[Outcome.TIMED_OUT] == 0
