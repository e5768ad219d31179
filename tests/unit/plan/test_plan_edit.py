"""What an owner may sell, what the log says of a change, and what a raise remembers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.plan.plan import TRIAL, Plan
from orbit_domain.plan.plan_edit import BadPlan, PlanEdit, PlanFault, check_plan, differences, plan_stamp
from orbit_testing import samples
from orbit_testing.samples import NOW

WINDOW = timedelta(days=3)
MONTH = samples.plan()


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (PlanEdit(price=rub(0)), PlanFault.PRICE),
        (PlanEdit(price=rub(10**9 + 1)), PlanFault.PRICE),
        (PlanEdit(days=0), PlanFault.DAYS),
        (PlanEdit(days=10**12), PlanFault.DAYS),
        (PlanEdit(keys=0), PlanFault.KEYS),
        (PlanEdit(keys=21), PlanFault.KEYS),
        (PlanEdit(traffic_bytes=-1), PlanFault.TRAFFIC),
        (PlanEdit(position=1_000), PlanFault.POSITION),
        (PlanEdit(titles={"ru": " "}), PlanFault.TITLE),
        (PlanEdit(titles={"en": "x" * 41}), PlanFault.TITLE),
        (PlanEdit(titles={"en": "free \u202e"}), PlanFault.TITLE),
    ],
)
def test_what_cant_be_sold_is_refused(edit: PlanEdit, fault: PlanFault) -> None:
    """Nothing for nothing, no endless time, no text that reads otherwise than it is written."""
    with pytest.raises(BadPlan) as refused:
        check_plan(edit.applied_to(MONTH))
    assert refused.value.fault is fault


def test_the_trial_alone_is_free() -> None:
    """It has no price, and a code that no link can carry is refused."""
    trial = replace(MONTH, terms=replace(MONTH.terms, code=TRIAL), price=rub(0))
    check_plan(trial)
    for plan, fault in (
        (replace(trial, price=rub(1)), PlanFault.TRIAL),
        (samples.plan("семья"), PlanFault.CODE),
    ):
        with pytest.raises(BadPlan) as refused:
            check_plan(plan)
        assert refused.value.fault is fault


def test_a_change_is_told_with_old_and_new() -> None:
    """Each differing fact once; another stamp for each, and the same for what changes nothing."""
    edit = PlanEdit(price=rub(19_900), active=False, titles={"en": "Month"})
    after = edit.applied_to(MONTH)
    old = MONTH.terms.titles["en"]
    assert differences(MONTH, after) == (
        f"title en {old} → Month", "price 12900 RUB → 19900 RUB", "offered yes → no",
    )  # fmt: skip
    assert plan_stamp(after) != plan_stamp(MONTH) == plan_stamp(PlanEdit().applied_to(MONTH))
    assert plan_stamp(MONTH) != plan_stamp(samples.plan("other"))
    assert after.code == PlanCode("sub_1m")


def after_changes(changes: list[tuple[int, int]]) -> tuple[Plan, list[tuple[int, int]]]:
    """The plan after prices at increasing hours, and the history of (hour, price)."""
    plan, hour, history = MONTH, 0, [(0, MONTH.price.units)]
    for pause, units in changes:
        hour += pause
        now = NOW + timedelta(hours=hour)
        plan = PlanEdit(price=rub(units)).applied_to(plan).after(plan, now, now - WINDOW)
        history.append((hour, units))
    return plan, history


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=6), st.integers(0, 80), st.integers(0, 72))
def test_nobody_who_was_told_a_price_is_asked_for_more(changes: list[tuple[int, int]], wait: int, ago: int) -> None:
    """Whatever changes, the price since a moment of the last three days is none above the one of that moment."""
    plan, history = after_changes(changes)
    now = history[-1][0] + wait
    told_at = now - ago
    told = [units for hour, units in history if hour < told_at or hour == 0][-1]
    lowest = plan.lowest_price_since(NOW + timedelta(hours=told_at))
    assert lowest.units <= min(told, plan.price.units)
    is_old = all(hour < told_at - 72 for hour, _ in history)
    assert lowest == plan.price or not is_old
