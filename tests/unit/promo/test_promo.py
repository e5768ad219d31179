"""What a code takes off, and how it is typed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode, PromoCode
from orbit_domain.money import rub
from orbit_domain.order.order import OrderClosed, OrderState
from orbit_domain.promo.new_promo import BadPromo, PromoFault, check_promo
from orbit_domain.promo.promo import (
    HONOURED,
    Promo,
    PromoKind,
    PromoProblem,
    best_discount,
    read_code,
)
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW

MONTH = PlanCode("sub_1m")
discounts = st.builds(
    lambda code, kind, value, plans: Promo(PromoCode(code), kind, value, NOW, plans=plans),
    st.sampled_from(["ONE", "TWO"]),
    st.sampled_from([PromoKind.PERCENT, PromoKind.AMOUNT]),
    st.integers(1, 100),
    st.sampled_from([(), (MONTH,), (PlanCode("sub_3m"),)]),
)
prices = st.integers(0, 10**12).map(rub)


@given(prices, st.lists(discounts, max_size=4))
def test_the_best_discount_wins_and_no_price_falls_below_zero(price: object, promos: list[Promo]) -> None:
    """The order's price is a whole number from zero up, full price less discount, and no code would make it lower."""
    order = samples.order(price=price)
    priced = order.reprice(best_discount(promos, MONTH, order.price))
    assert type(priced.price.units) is int
    assert 0 <= priced.price.units <= order.price.units
    assert priced.full_price == order.price
    valid = [one.discount(order.price).units for one in promos if one.holds_for(MONTH)]
    assert order.price.units - priced.price.units == max(valid, default=0)
    assert priced.reprice(None) == order


@given(prices, st.integers(1, 100))
def test_a_part_of_a_kopeck_is_the_customer_s(price: object, percent: int) -> None:
    """A percentage is rounded up to the next whole unit, and by less than one."""
    order = samples.order(price=price)
    off = samples.promo(value=percent).discount(order.price).units
    assert 0 <= off * 100 - order.price.units * percent < 100


def test_only_an_open_order_gets_another_price() -> None:
    """What was paid, closed or given back keeps the price that the ledger has."""
    for state in OrderState:
        if state is not OrderState.OPEN:
            with pytest.raises(OrderClosed):
                samples.order(state=state).reprice(None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("  spring-20 ", "SPRING-20"),
        ("ＳＰＲＩＮＧ", "SPRING"),
        ("ab", None),
        ("", None),
        ("x" * 33, None),
        ("весна", None),
        ("SPR ING", None),
        ("<b>SPRING</b>", None),
        ("\u202eSPRING", None),
        ("_SPRING", None),
        ("A" * 5_000, None),
    ],
)
def test_codes_are_read_in_any_case(typed: str, code: str | None) -> None:
    """Case, spaces around and full-width letters don't matter; what can't be a code is none."""
    assert read_code(typed) == code


def test_a_code_says_why_it_gives_nothing() -> None:
    """Before its time, after it, stopped, used up; an order that was shown with it has a day longer."""
    promo = samples.promo(valid_from=NOW, valid_until=NOW + HOUR, total_uses=2, uses=1)
    second = timedelta(seconds=1)
    assert promo.problem(NOW - second) is PromoProblem.NOT_YET
    assert promo.problem(NOW) is None
    assert promo.problem(NOW + HOUR) is PromoProblem.EXPIRED
    assert promo.problem_when_paid(NOW + HOUR + HONOURED - second) is None
    assert promo.problem_when_paid(NOW + HOUR + HONOURED) is PromoProblem.EXPIRED
    assert samples.promo(stopped_at=NOW).problem_when_paid(NOW) is PromoProblem.STOPPED
    assert samples.promo(total_uses=2, uses=2).problem(NOW) is PromoProblem.USED_UP


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"code": "no"}, PromoFault.CODE),
        ({"code": "spring"}, PromoFault.CODE),
        ({"value": 0}, PromoFault.VALUE),
        ({"value": 101}, PromoFault.VALUE),
        ({"kind": PromoKind.DAYS, "value": 3_651}, PromoFault.VALUE),
        ({"total_uses": 0}, PromoFault.USES),
        ({"valid_until": NOW}, PromoFault.TIMES),
        ({"valid_from": NOW + HOUR, "valid_until": NOW + HOUR}, PromoFault.TIMES),
        ({"plans": ("gold",)}, PromoFault.PLANS),
        ({"kind": PromoKind.BALANCE, "plans": (MONTH,)}, PromoFault.PLANS),
    ],
)
def test_an_owner_s_slip_is_refused(changes: dict[str, object], fault: PromoFault) -> None:
    """A code that nobody could use, or that would give more than was meant, isn't added."""
    check_promo(samples.promo(), [MONTH])
    with pytest.raises(BadPromo) as refused:
        check_promo(samples.promo(**{"code": "SPRING", **changes}), [MONTH])
    assert refused.value.fault is fault
