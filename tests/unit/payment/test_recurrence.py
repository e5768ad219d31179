"""How repeated charges stand: charges decide, and what is told of them is believed as far as they allow."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from orbit_domain.money import rub
from orbit_domain.payment.payment import PaymentPolicy, PaymentStatus
from orbit_domain.payment.ports import PaymentTerms
from orbit_domain.payment.pre_checkout import PreCheckoutProblem
from orbit_domain.payment.recurrence import PERIOD, Recurrence, RecurrenceState, RenewalWish
from tests.unit.payment.samples import NOON, make_payment
from tests.unit.payment.test_pre_checkout import problem

ACTIVE, CANCELED, FAILED = RecurrenceState.ACTIVE, RecurrenceState.CANCELED, RecurrenceState.FAILED
STOP, ALLOW = RenewalWish.STOP, RenewalWish.ALLOW
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHARGED = Recurrence().charge(NOON)
MONTHLY = PaymentTerms(policy=PaymentPolicy(repeats=True))


def test_another_charge_is_expected_until_it_is_a_day_late() -> None:
    """A charge covers its thirty days and the next one may be a day late; then nothing renews by itself."""
    assert CHARGED.is_running(NOON + PERIOD + DAY - HOUR)
    assert not CHARGED.is_running(NOON + PERIOD + DAY)
    assert not Recurrence().is_running(NOON)


def test_what_is_told_in_any_order_ends_the_same() -> None:
    """A cancellation an hour after a charge counts, whichever of the two is seen first."""
    told_at = NOON + HOUR
    for order in permutations(("charge", "cancel")):
        stands = Recurrence()
        for step in order:
            stands = stands.charge(NOON) if step == "charge" else stands.turn(CANCELED, told_at)
        assert (stands.state, stands.charged_at, stands.is_running(told_at)) == (CANCELED, NOON, False)


def test_a_later_charge_disproves_what_was_told() -> None:
    """Failed or cancelled, a charge that was made since renews; an older row that is seen late undoes no newer one."""
    for state in (CANCELED, FAILED):
        told = CHARGED.turn(state, NOON + PERIOD)
        assert told.state is state
        renewed = told.charge(NOON + PERIOD + HOUR)
        assert renewed.is_running(NOON + PERIOD + DAY)
        assert renewed.charge(NOON).charged_at == NOON + PERIOD + HOUR


def test_old_news_of_a_failure_changes_nothing() -> None:
    """That a charge has failed is told after the charge that came all the same: the period is paid."""
    assert CHARGED.turn(FAILED, NOON + HOUR) == CHARGED
    assert CHARGED.turn(FAILED, NOON + PERIOD).state is FAILED
    assert CHARGED.turn(CANCELED, NOON + HOUR).turn(ACTIVE, NOON + DAY).is_running(NOON + DAY)


@pytest.mark.parametrize(("ends_after", "renews"), [(PERIOD, True), (PERIOD - DAY, True), (PERIOD - 2 * DAY, False)])
def test_a_charge_renews_what_ends_when_it_is_made(ends_after: timedelta, *, renews: bool) -> None:
    """Time that ends long before the next charge, after a dearer plan, has to be renewed by hand."""
    assert CHARGED.renews(NOON + ends_after, NOON + DAY) is renews


@pytest.mark.parametrize(
    ("missing", "days", "asked"),
    [(129, 30, 129), (29, 30, 129), (158, 30, None), (129, 90, None), (129, 31, None)],
)
def test_what_repeats_asks_for_a_whole_month(missing: int, days: int, asked: int | None) -> None:
    """The whole price, whatever is on the balance, and only of thirty days; nothing from whoever owes."""
    expected = None if asked is None else rub(asked)
    assert MONTHLY.asked(rub(missing), rub(129), timedelta(days=days)) == expected
    assert PaymentTerms().asked(rub(missing), rub(129), timedelta(days=days)) == rub(missing)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), PreCheckoutProblem.PAID),
        (PERIOD - 2 * DAY, PreCheckoutProblem.PAID),
        (PERIOD, None),
        (PERIOD + 2 * DAY, None),
        (PERIOD + 3 * DAY, PreCheckoutProblem.PAID),
    ],
)
def test_the_same_invoice_may_be_paid_when_its_period_is_over(
    after: timedelta, expected: PreCheckoutProblem | None
) -> None:
    """Whoever had too few Stars pays the invoice again in Telegram; not twice in a period, nor at a price long gone."""
    paid = replace(make_payment(PaymentStatus.CONFIRMED), recurrence=CHARGED)
    assert problem(payment=paid, now=NOON + after, is_order_open=False) is expected


def test_an_answer_is_about_the_wish_that_was_asked() -> None:
    """Done, it is stopped; a newer wish still waits, a refusal changes no state, a later charge disproves a stop."""
    stopping = CHARGED.ask(STOP)
    stopped = stopping.answer(STOP, NOON + HOUR, is_done=True)
    assert (stopped.state, stopped.wish, stopped.charge(NOON).state) == (CANCELED, None, CANCELED)
    assert stopped.charge(NOON + DAY).is_running(NOON + DAY)
    assert stopping.answer(STOP, NOON + HOUR, is_done=False) == CHARGED
    assert stopped.ask(ALLOW).answer(STOP, NOON + DAY, is_done=True).wish is ALLOW
    assert stopped.ask(ALLOW).answer(ALLOW, NOON + DAY, is_done=True) == stopped


@pytest.mark.parametrize(
    ("recurrence", "wish", "until"),
    [
        (CHARGED, STOP, PERIOD + 3 * DAY),
        (CHARGED.turn(FAILED, NOON + PERIOD), STOP, PERIOD + 3 * DAY),
        (CHARGED.turn(CANCELED, NOON), ALLOW, PERIOD),
    ],
)
def test_a_wish_makes_a_difference_for_a_time(recurrence: Recurrence, wish: RenewalWish, until: timedelta) -> None:
    """A stop while a charge may come, and taking it up again in the paid time; never the other wish."""
    assert recurrence.admits(wish, NOON + until - HOUR)
    assert not recurrence.admits(wish, NOON + until)
    assert not recurrence.admits(ALLOW if wish is STOP else STOP, NOON + HOUR)
    assert not Recurrence().admits(wish, NOON)
