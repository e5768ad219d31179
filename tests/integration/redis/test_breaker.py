"""The circuit breaker: three failures in a row, thirty seconds' pause, one probe."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from orbit_adapters.redis.breaker import Breaker, BreakerPolicy, Ticket

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAUSE = BreakerPolicy().pause
INSTANT = timedelta(microseconds=1)


def fail(breaker: Breaker, now: datetime = NOON) -> bool:
    """One attempt that fails."""
    ticket = breaker.enter(now)
    assert ticket is not None
    return breaker.failed(ticket, now)


def opened() -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(BreakerPolicy())
    for _ in range(3):
        fail(breaker)
    return breaker


def test_the_third_failure_in_a_row_opens_it() -> None:
    """Two failures don't, a success between them starts the count anew, and only the opening one says so."""
    breaker = Breaker(BreakerPolicy())
    fail(breaker)
    fail(breaker)
    ticket = breaker.enter(NOON)
    assert ticket is not None
    assert not breaker.succeeded(ticket)
    assert [fail(breaker) for _ in range(3)] == [False, False, True]
    assert breaker.is_open


def test_the_pause_is_thirty_seconds_to_the_microsecond() -> None:
    """Nobody is let through during the pause; at its end one probe is, and nobody beside it."""
    breaker = opened()
    assert breaker.enter(NOON + PAUSE - INSTANT) is None
    assert breaker.enter(NOON + PAUSE) is not None
    assert breaker.enter(NOON + PAUSE) is None


def test_a_good_probe_closes_it() -> None:
    """After a probe that worked everybody is let through, and three new failures are needed."""
    breaker = opened()
    probe = breaker.enter(NOON + PAUSE)
    assert probe is not None
    assert breaker.is_open
    assert breaker.succeeded(probe)
    assert not breaker.is_open
    assert [fail(breaker) for _ in range(3)] == [False, False, True]


def test_a_bad_probe_prolongs_the_pause_without_a_word() -> None:
    """A single failed probe keeps it open for a whole pause more, and isn't announced as a new opening."""
    breaker = opened()
    assert not fail(breaker, NOON + PAUSE)
    assert breaker.enter(NOON + 2 * PAUSE - INSTANT) is None
    assert breaker.enter(NOON + 2 * PAUSE) is not None


def test_a_cancelled_probe_makes_room_for_the_next() -> None:
    """A probe whose caller gave up decides nothing."""
    breaker = opened()
    probe = breaker.enter(NOON + PAUSE)
    assert probe is not None
    breaker.abandoned(probe)
    assert breaker.is_open
    assert breaker.enter(NOON + PAUSE) is not None


def test_latecomers_say_nothing_about_the_present() -> None:
    """What was sent before the opening can neither close it, nor open it a second time, nor free the probe's place."""
    breaker = Breaker(BreakerPolicy())
    late = [breaker.enter(NOON) for _ in range(6)]
    outcomes = [breaker.failed(ticket, NOON) for ticket in late[:4] if ticket]
    assert outcomes == [False, False, True, False]
    assert breaker.enter(NOON + PAUSE) is not None
    assert late[4] is not None
    assert late[5] is not None
    assert not breaker.succeeded(late[4])
    breaker.abandoned(late[5])
    assert breaker.is_open
    assert breaker.enter(NOON + PAUSE) is None


def test_a_clock_set_back_does_not_keep_it_open() -> None:
    """When the clock jumps to before the opening, a probe is let through at once."""
    assert opened().enter(NOON - INSTANT) is not None


class BreakerLife(RuleBasedStateMachine):
    """Whatever the order of attempts and outcomes: while it is open, one attempt a pause at most goes through."""

    tickets: Bundle[Ticket] = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(BreakerPolicy())
        self.now = NOON
        self.out: set[int] = set()
        self.probes = 0

    @rule(target=tickets)
    def enter(self) -> object:
        was_open = self.breaker.is_open
        ticket = self.breaker.enter(self.now)
        if ticket is not None and was_open:
            self.probes += 1
            self.probe = ticket
        return ticket

    @rule(ticket=consumes(tickets), works=st.sampled_from(["yes", "no", "nobody knows"]))
    def come_back(self, ticket: Ticket | None, works: str) -> None:
        if ticket is None:
            return
        if self.breaker.is_open and self.probes and ticket is self.probe:
            self.probes = 0
        match works:
            case "yes":
                self.breaker.succeeded(ticket)
            case "no":
                self.breaker.failed(ticket, self.now)
            case _:
                self.breaker.abandoned(ticket)

    @rule(seconds=st.sampled_from([1, 29, 30]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def one_probe_at_a_time(self) -> None:
        assert self.probes <= 1

    @invariant()
    def it_never_stays_open_for_good(self) -> None:
        if self.breaker.is_open and not self.probes:
            later = self.breaker.enter(self.now + PAUSE)
            assert later is not None
            self.breaker.abandoned(later)


TestBreakerLife = BreakerLife.TestCase
TestBreakerLife.settings = settings(max_examples=200, stateful_step_count=40)
