"""Grants of time: exact to the second, from the end while time is left, otherwise from now."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import OrderId, PlanCode, TelegramId
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.subscription import Grant, Subscription, fold, order_cause, trial_cause

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = TelegramId(42)
DAY_S = 86_400
MONTH = PlanCode("sub_1m")
SECONDS = st.integers(1, 400 * DAY_S)
OFFSETS = st.integers(0, 400 * DAY_S)
# Real days of plans beside any seconds, and moments that often fall exactly on an end.
ROWS = st.lists(st.tuples(st.one_of(OFFSETS, st.integers(0, 20).map(lambda n: n * 3 * DAY_S)), SECONDS), max_size=8)


def at(seconds: int) -> datetime:
    """The moment *seconds* after noon."""
    return NOON + timedelta(seconds=seconds)


def grant(seconds: int, when: int = 0, cause: str = "order:1") -> Grant:
    """A grant of *seconds*, *when* seconds after noon."""
    return Grant(cause, ANNA, seconds, at(when))


def applied(grants: list[Grant]) -> datetime | None:
    """The end after one `extend` for each of *grants*."""
    subscription = Subscription(ANNA)
    for one in grants:
        subscription = subscription.extend(one, MONTH)
    return subscription.ends_at


def test_the_first_grant_counts_from_its_own_moment() -> None:
    """Thirty days bought at noon end at noon, thirty days later."""
    bought = Subscription(ANNA).extend(grant(30 * DAY_S), MONTH)
    assert bought == Subscription(ANNA, NOON + timedelta(days=30), MONTH)


@pytest.mark.parametrize(
    ("bought_at", "ends_at"),
    [(0, 60 * DAY_S), (30 * DAY_S - 1, 60 * DAY_S), (30 * DAY_S, 60 * DAY_S), (30 * DAY_S + 1, 60 * DAY_S + 1)],
)
def test_renewal_counts_from_the_later_of_now_and_the_end(bought_at: int, ends_at: int) -> None:
    """An early renewal loses no paid second, a late one adds none."""
    first = Subscription(ANNA).extend(grant(30 * DAY_S), MONTH)
    assert first.extend(grant(30 * DAY_S, bought_at), MONTH).ends_at == at(ends_at)


def test_nothing_given_moves_no_end() -> None:
    """The refund of an order that gave no time doesn't bring time that is over back to life."""
    over = Subscription(ANNA).extend(grant(DAY_S), MONTH)
    assert over.extend(grant(0, 9 * DAY_S, "refund:1"), MONTH).ends_at == at(DAY_S)


@given(st.one_of(st.none(), st.integers(-(10**7), 10**7)), SECONDS, OFFSETS)
def test_a_purchase_adds_exactly_its_time_to_what_is_left(ends: int | None, seconds: int, when: int) -> None:
    """What the customer has left after a purchase is what was left before, plus what was bought."""
    before = Subscription(ANNA, None if ends is None else at(ends), MONTH)
    left = max(0, (ends or 0) - when) if ends is not None else 0
    after = before.extend(grant(seconds, when), MONTH)
    assert after.ends_at == at(when + left + seconds)


@given(st.integers(-(10**7), 10**7), SECONDS, OFFSETS)
def test_a_refund_subtracts_exactly_its_time(ends: int, seconds: int, when: int) -> None:
    """Taking back a grant moves the end by its seconds and no more, whether time is left or not."""
    before = Subscription(ANNA, at(ends), MONTH)
    assert before.extend(grant(-seconds, when), MONTH).ends_at == at(ends - seconds)


@given(ROWS, st.integers(-(400 * DAY_S), 400 * DAY_S), OFFSETS)
def test_only_a_refund_moves_the_end_back(rows, seconds: int, when: int) -> None:
    """A grant that isn't negative never shortens the subscription."""
    ends = applied([grant(length, moment) for moment, length in sorted(rows)])
    after = Subscription(ANNA, ends, MONTH).extend(grant(seconds, when), MONTH).ends_at
    assert after is not None
    if ends is not None:
        assert (after < ends) == (seconds < 0)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_stored_end_is_the_fold_of_purchases(rows, random: Random) -> None:
    """The fold of grants in the order of recording is what extending purchase by purchase gave."""
    grants = [grant(length, moment) for moment, length in rows]
    random.shuffle(grants)
    assert fold(ANNA, grants) == applied(grants)


@given(ROWS, st.data())
def test_the_stored_end_is_the_fold_of_purchases_and_refunds(rows, data: st.DataObject) -> None:
    """Refunds at any later time are part of the fold."""
    history = [(moment, length) for moment, length in rows]
    for moment, length in rows:
        if data.draw(st.booleans(), label=f"refund of {length} s"):
            history.append((moment + data.draw(SECONDS, label="later by"), -length))
    one_a_moment = sorted(dict(history).items())
    grants = [grant(length, moment) for moment, length in one_a_moment]
    assert fold(ANNA, grants) == applied(grants)
    assert fold(ANNA, iter(grants)) == applied(grants)


def test_without_grants_there_is_no_end() -> None:
    """Without grants there is no end."""
    assert fold(ANNA, []) is None


def test_the_plan_is_the_one_given_last() -> None:
    """A paid plan takes the trial's place; the days of both count."""
    tried = Subscription(ANNA).extend(grant(3 * DAY_S, cause=trial_cause(ANNA)), TRIAL)
    paid = tried.extend(grant(30 * DAY_S, DAY_S), MONTH)
    assert (paid.plan_code, paid.ends_at) == (MONTH, at(33 * DAY_S))


def test_causes_are_unique_for_each_order_and_each_trial() -> None:
    """No order shares its cause with another or with a trial, so each gives its time once."""
    one, other = OrderId(UUID(int=1)), OrderId(UUID(int=2))
    causes = {order_cause(one), order_cause(other), trial_cause(ANNA), trial_cause(TelegramId(43))}
    assert len(causes) == 4
    assert order_cause(one) == "order:00000000-0000-0000-0000-000000000001"
    assert trial_cause(ANNA) == "trial:42"


def test_extending_leaves_the_old_value_alone() -> None:
    """A subscription is an immutable value: `extend` returns a new one."""
    before = Subscription(ANNA, NOON, MONTH)
    before.extend(grant(DAY_S), MONTH)
    assert before == Subscription(ANNA, NOON, MONTH)
