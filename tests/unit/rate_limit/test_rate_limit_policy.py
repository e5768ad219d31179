"""The rate limit as a rule: which requests are allowed, which are banned, and what is stored."""

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbit_domain.rate_limit.rate_limit import Allowed, Banned, RateLimitPolicy, Record, Verdict, judge
from tests.support.clock import NOON

POLICY = RateLimitPolicy()
INSTANT = timedelta(microseconds=1)
policies = st.builds(
    RateLimitPolicy,
    requests=st.integers(1, 9),
    window=st.timedeltas(timedelta(microseconds=9), timedelta(minutes=2)),
    ban=st.timedeltas(INSTANT, timedelta(minutes=9)),
)
pauses = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=3)) | st.just(timedelta(0)), max_size=60)


def judge_all(policy: RateLimitPolicy, steps: list[timedelta]) -> list[tuple[datetime, Verdict]]:
    """One request after each pause: its time and verdict."""
    record, now, verdicts = None, NOON, []
    for step in steps:
        now += step
        record, verdict = judge(record, now, policy)
        verdicts.append((now, verdict))
    return verdicts


def test_the_default_policy() -> None:
    """Twenty requests in sixty seconds, then a ban of five minutes."""
    assert (POLICY.requests, POLICY.window, POLICY.ban) == (20, timedelta(seconds=60), timedelta(seconds=300))
    assert (POLICY.interval, POLICY.depth) == (timedelta(seconds=3), timedelta(seconds=60))


def test_twenty_then_a_ban() -> None:
    """The twenty-first request of an instant begins a ban of five minutes, and is the only one called the first."""
    verdicts = [verdict for _, verdict in judge_all(POLICY, [timedelta(0)] * 23)]
    until = NOON + POLICY.ban
    assert verdicts == [Allowed()] * 20 + [Banned(until, True)] + [Banned(until, False)] * 2


def test_a_request_is_forgotten_after_its_interval_and_not_before() -> None:
    """With a full bucket the next request is allowed after exactly three seconds; a microsecond earlier it is a ban."""
    full = Record(NOON + POLICY.depth)
    assert judge(full, NOON + POLICY.interval, POLICY)[1] == Allowed()
    early = NOON + POLICY.interval - INSTANT
    assert judge(full, early, POLICY) == (Record(full.empty_at, early + POLICY.ban), Banned(early + POLICY.ban, True))


def test_the_end_of_a_ban_is_exact() -> None:
    """At its end a ban is over, and the count begins anew; a microsecond before it isn't."""
    record = Record(NOON, NOON + POLICY.ban)
    end = NOON + POLICY.ban
    assert judge(record, end - INSTANT, POLICY) == (record, Banned(end, False))
    assert judge(record, end, POLICY) == (Record(end + POLICY.interval), Allowed())


@pytest.mark.parametrize(
    "record", [Record(NOON + POLICY.depth + INSTANT), Record(NOON, NOON + POLICY.ban + INSTANT)], ids=["count", "ban"]
)
def test_an_impossible_record_is_ignored(record: Record) -> None:
    """After the clock was set back a record from the future locks no user out."""
    assert judge(record, NOON, POLICY) == judge(None, NOON, POLICY)


def test_the_fullest_possible_record_counts() -> None:
    """A full bucket and a ban that has just begun are valid."""
    assert judge(Record(NOON + POLICY.depth), NOON, POLICY)[1] == Banned(NOON + POLICY.ban, True)
    assert judge(Record(NOON, NOON + POLICY.ban), NOON, POLICY)[1] == Banned(NOON + POLICY.ban, False)


@pytest.mark.parametrize(
    "numbers",
    [
        {"requests": 0},
        {"requests": -1},
        {"window": timedelta(0)},
        {"window": timedelta(microseconds=19)},
        {"ban": timedelta(0)},
        {"ban": timedelta(seconds=-1)},
    ],
)
def test_a_policy_that_allows_no_request_is_refused(numbers: dict[str, object]) -> None:
    """No requests, no time for them, or a ban that doesn't last: a mistake in the settings, found at once."""
    with pytest.raises(ValueError):
        RateLimitPolicy(**numbers)  # type: ignore[arg-type]
    assert RateLimitPolicy(1, INSTANT, INSTANT).interval == INSTANT


@example(
    # A ban that ends before the bucket is empty gives no new allowance.
    RateLimitPolicy(1, timedelta(microseconds=9), INSTANT),
    [timedelta(0), timedelta(0), INSTANT],
)
@given(policies, pauses)
def test_no_span_allows_more_than_allowance_and_refill(policy: RateLimitPolicy, steps: list[timedelta]) -> None:
    """In any span of time: at most the allowance, plus one request for each interval that went by; bans or not."""
    allowed = [now for now, verdict in judge_all(policy, steps) if verdict == Allowed()]
    for first in range(len(allowed)):
        for last in range(first, len(allowed)):
            refill = (allowed[last] - allowed[first]) // policy.interval
            assert last - first + 1 <= policy.requests + refill


@given(policies, pauses)
def test_every_ban_is_announced_once(policy: RateLimitPolicy, steps: list[timedelta]) -> None:
    """Each ban has one first refusal, all its refusals name one end, and no request is allowed before it."""
    until = None
    for now, verdict in judge_all(policy, steps):
        if isinstance(verdict, Allowed):
            assert until is None or until <= now
        elif verdict.first:
            assert until is None or until <= now
            until = verdict.until
            assert until == now + policy.ban
        else:
            assert verdict.until == until
            assert now < verdict.until


@given(policies, st.integers(1, 40))
def test_slow_requests_are_never_banned(policy: RateLimitPolicy, requests: int) -> None:
    """With an interval between requests every request is allowed."""
    assert {verdict for _, verdict in judge_all(policy, [policy.interval] * requests)} == {Allowed()}
