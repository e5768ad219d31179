"""The circuit breaker: three failures in a row, thirty seconds' pause, one probe."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from orbit_adapters.redis.breaker import BreakerPolicy, CircuitBreaker, Permit

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAUSE = BreakerPolicy().pause
INSTANT = timedelta(microseconds=1)


def fail(breaker: CircuitBreaker, now: datetime = NOON) -> bool:
    """One attempt that fails."""
    permit = breaker.try_acquire(now)
    assert permit is not None
    return breaker.record_failure(permit, now)


def opened() -> CircuitBreaker:
    """A breaker that has just opened."""
    breaker = CircuitBreaker(BreakerPolicy())
    for _ in range(3):
        fail(breaker)
    return breaker


def test_the_third_failure_in_a_row_opens_it() -> None:
    """Two failures don't, a success between them starts the count anew, and only the opening one says so."""
    breaker = CircuitBreaker(BreakerPolicy())
    fail(breaker)
    fail(breaker)
    permit = breaker.try_acquire(NOON)
    assert permit is not None
    assert not breaker.record_success(permit)
    assert [fail(breaker) for _ in range(3)] == [False, False, True]
    assert breaker.is_open


def test_the_pause_is_thirty_seconds_to_the_microsecond() -> None:
    """No call is permitted during the pause; at its end exactly one probe is."""
    breaker = opened()
    assert breaker.try_acquire(NOON + PAUSE - INSTANT) is None
    assert breaker.try_acquire(NOON + PAUSE) is not None
    assert breaker.try_acquire(NOON + PAUSE) is None


def test_a_good_probe_closes_it() -> None:
    """After a successful probe every call is permitted, and three new failures are needed."""
    breaker = opened()
    probe = breaker.try_acquire(NOON + PAUSE)
    assert probe is not None
    assert breaker.is_open
    assert breaker.record_success(probe)
    assert not breaker.is_open
    assert [fail(breaker) for _ in range(3)] == [False, False, True]


def test_a_bad_probe_prolongs_the_pause_without_a_word() -> None:
    """A single failed probe keeps it open for a whole pause more, and isn't announced as a new opening."""
    breaker = opened()
    assert not fail(breaker, NOON + PAUSE)
    assert breaker.try_acquire(NOON + 2 * PAUSE - INSTANT) is None
    assert breaker.try_acquire(NOON + 2 * PAUSE) is not None


def test_a_cancelled_probe_makes_room_for_the_next() -> None:
    """A probe whose caller gave up decides nothing."""
    breaker = opened()
    probe = breaker.try_acquire(NOON + PAUSE)
    assert probe is not None
    breaker.release(probe)
    assert breaker.is_open
    assert breaker.try_acquire(NOON + PAUSE) is not None


def test_latecomers_say_nothing_about_the_present() -> None:
    """What was sent before the opening can neither close it, nor open it a second time, nor free the probe's place."""
    breaker = CircuitBreaker(BreakerPolicy())
    late = [breaker.try_acquire(NOON) for _ in range(6)]
    outcomes = [breaker.record_failure(permit, NOON) for permit in late[:4] if permit]
    assert outcomes == [False, False, True, False]
    assert breaker.try_acquire(NOON + PAUSE) is not None
    assert late[4] is not None
    assert late[5] is not None
    assert not breaker.record_success(late[4])
    breaker.release(late[5])
    assert breaker.is_open
    assert breaker.try_acquire(NOON + PAUSE) is None


def test_a_clock_set_back_does_not_keep_it_open() -> None:
    """When the clock jumps to before the opening, a probe is let through at once."""
    assert opened().try_acquire(NOON - INSTANT) is not None


class CircuitBreakerMachine(RuleBasedStateMachine):
    """Whatever the order of attempts and outcomes: while it is open, one attempt a pause at most goes through."""

    permits: Bundle[Permit] = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = CircuitBreaker(BreakerPolicy())
        self.now = NOON
        self.out: set[int] = set()
        self.probes = 0

    @rule(target=permits)
    def try_acquire(self) -> object:
        was_open = self.breaker.is_open
        permit = self.breaker.try_acquire(self.now)
        if permit is not None and was_open:
            self.probes += 1
            self.probe = permit
        return permit

    @rule(permit=consumes(permits), works=st.sampled_from(["yes", "no", "unknown"]))
    def come_back(self, permit: Permit | None, works: str) -> None:
        if permit is None:
            return
        if self.breaker.is_open and self.probes and permit is self.probe:
            self.probes = 0
        match works:
            case "yes":
                self.breaker.record_success(permit)
            case "no":
                self.breaker.record_failure(permit, self.now)
            case _:
                self.breaker.release(permit)

    @rule(seconds=st.sampled_from([1, 29, 30]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def one_probe_at_a_time(self) -> None:
        assert self.probes <= 1

    @invariant()
    def it_never_stays_open_for_good(self) -> None:
        if self.breaker.is_open and not self.probes:
            later = self.breaker.try_acquire(self.now + PAUSE)
            assert later is not None
            self.breaker.release(later)


TestCircuitBreakerMachine = CircuitBreakerMachine.TestCase
TestCircuitBreakerMachine.settings = settings(max_examples=200, stateful_step_count=40)
