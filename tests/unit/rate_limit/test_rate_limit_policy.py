"""The flood limit as a rule: who is let in, who is banned, and what is remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.rate_limit.rate_limit import Allowed, Banned, RateLimitPolicy, Record, Verdict, judge

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
POLICY = RateLimitPolicy()
INSTANT = timedelta(microseconds=1)
policies = st.builds(
    RateLimitPolicy,
    requests=st.integers(1, 9),
    window=st.timedeltas(timedelta(microseconds=9), timedelta(minutes=2)),
    ban=st.timedeltas(INSTANT, timedelta(minutes=9)),
)
pauses = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=3)) | st.just(timedelta(0)), max_size=60)


def walk(policy: RateLimitPolicy, steps: list[timedelta]) -> list[tuple[datetime, Verdict]]:
    """One request after each pause: when, and what became of it."""
    record, now, told = None, NOON, []
    for step in steps:
        now += step
        record, verdict = judge(record, now, policy)
        told.append((now, verdict))
    return told


def test_the_numbers_of_the_house() -> None:
    """Twenty requests in sixty seconds, then five minutes' ban."""
    assert (POLICY.requests, POLICY.window, POLICY.ban) == (20, timedelta(seconds=60), timedelta(seconds=300))
    assert (POLICY.interval, POLICY.depth) == (timedelta(seconds=3), timedelta(seconds=60))


def test_twenty_then_a_ban() -> None:
    """The twenty-first request of an instant begins a ban of five minutes, and is the only one called the first."""
    verdicts = [verdict for _, verdict in walk(POLICY, [timedelta(0)] * 23)]
    until = NOON + POLICY.ban
    assert verdicts == [Allowed()] * 20 + [Banned(until, True)] + [Banned(until, False)] * 2


def test_a_request_is_forgotten_after_its_interval_and_not_before() -> None:
    """With a full bucket the next request is welcome after exactly three seconds; a microsecond earlier it is a ban."""
    full = Record(NOON + POLICY.depth)
    assert judge(full, NOON + POLICY.interval, POLICY)[1] == Allowed()
    early = NOON + POLICY.interval - INSTANT
    assert judge(full, early, POLICY) == (Record(early, early + POLICY.ban), Banned(early + POLICY.ban, True))


def test_the_end_of_a_ban_is_exact() -> None:
    """At its end a ban is over, and the count begins anew; a microsecond before it isn't."""
    record = Record(NOON, NOON + POLICY.ban)
    end = NOON + POLICY.ban
    assert judge(record, end - INSTANT, POLICY) == (record, Banned(end, False))
    assert judge(record, end, POLICY) == (Record(end + POLICY.interval), Allowed())


@pytest.mark.parametrize(
    "record", [Record(NOON + POLICY.depth + INSTANT), Record(NOON, NOON + POLICY.ban + INSTANT)], ids=["count", "ban"]
)
def test_a_record_that_cannot_be_is_none(record: Record) -> None:
    """After the clock was set back nobody is locked out by what was written in the future."""
    assert judge(record, NOON, POLICY) == judge(None, NOON, POLICY)


def test_the_fullest_record_that_can_be_counts() -> None:
    """A full bucket and a ban that has just begun are believed."""
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
def test_a_policy_that_lets_nobody_in_is_refused(numbers: dict[str, object]) -> None:
    """No requests, no time for them, or a ban that doesn't last: a mistake in the settings, found at once."""
    with pytest.raises(ValueError):
        RateLimitPolicy(**numbers)  # type: ignore[arg-type]
    assert RateLimitPolicy(1, INSTANT, INSTANT).interval == INSTANT


@given(policies, pauses)
def test_no_span_lets_more_in_than_allowance_and_refill(policy: RateLimitPolicy, steps: list[timedelta]) -> None:
    """In any span of time: at most the allowance, plus one request for each interval that went by; bans or not."""
    let_in = [now for now, verdict in walk(policy, steps) if verdict == Allowed()]
    for first in range(len(let_in)):
        for last in range(first, len(let_in)):
            refill = (let_in[last] - let_in[first]) // policy.interval
            assert last - first + 1 <= policy.requests + refill


@given(policies, pauses)
def test_every_ban_is_said_once(policy: RateLimitPolicy, steps: list[timedelta]) -> None:
    """Each ban has one first refusal, all its refusals name one end, and nobody is let in before it."""
    until = None
    for now, verdict in walk(policy, steps):
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
def test_patience_is_never_punished(policy: RateLimitPolicy, requests: int) -> None:
    """Whoever leaves an interval between requests is always let in."""
    assert {verdict for _, verdict in walk(policy, [policy.interval] * requests)} == {Allowed()}
