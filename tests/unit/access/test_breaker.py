"""The circuit breaker of a panel."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.ids import PanelId
from tests.unit.access.samples import NOON

ONE, TWO = PanelId("one"), PanelId("two")


def failed(times: int) -> PanelBreakers:
    breakers = PanelBreakers()
    for _ in range(times):
        breakers.failed(ONE, NOON)
    return breakers


@given(st.integers(0, 20))
def test_five_failures_in_a_row_make_a_panel_fail(times: int) -> None:
    """Fewer say nothing, and another panel isn't concerned."""
    breakers = failed(times)
    assert breakers.is_failing(ONE) == (times >= 5)
    assert breakers.failing() == ({ONE} if times >= 5 else frozenset())
    assert not breakers.is_failing(TWO)


def test_an_answer_begins_the_count_anew() -> None:
    """Four failures, an answer, four failures: the panel isn't failing; after a fifth it is, until it answers."""
    breakers = failed(4)
    breakers.answered(ONE)
    for _ in range(4):
        breakers.failed(ONE, NOON)
    assert not breakers.is_failing(ONE)
    breakers.failed(ONE, NOON)
    assert breakers.is_failing(ONE)
    breakers.answered(ONE)
    assert not breakers.is_failing(ONE)


def test_a_failing_panel_is_asked_once_a_pause() -> None:
    """Ten seconds after it failed, and again ten seconds after each question; a healthy one needs no question."""
    breakers = failed(5)
    at = [NOON + timedelta(seconds=seconds) for seconds in (0, 9, 10, 10, 19, 20, 31, 40, 41)]
    assert [breakers.may_probe(ONE, now) for now in at] == [
        False, False, True, False, False, True, True, False, True,
    ]  # fmt: skip
    assert not breakers.may_probe(TWO, at[-1])


def test_that_a_panel_begins_to_fail_is_news_once() -> None:
    """Whoever has found it out; once more only after it has answered in between."""
    breakers = failed(4)
    assert not breakers.begins_to_fail(ONE)
    breakers.failed(ONE, NOON)
    assert [breakers.begins_to_fail(ONE) for _ in range(2)] == [True, False]
    breakers.failed(ONE, NOON)
    assert not breakers.begins_to_fail(ONE)
    breakers.answered(ONE)
    for _ in range(5):
        breakers.failed(ONE, NOON)
    assert breakers.begins_to_fail(ONE)
