"""`orbit slo`: whether what was paid was delivered as soon as the shop promises."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from orbit_domain.order.delivery_level import DELIVERED_WITHIN, GOAL, Delivery, DeliveryLevel
from orbit_domain.use_cases.read_delivery_level import ReadDeliveryLevel
from orbit_entry.commands.amounts import duration, moment
from orbit_entry.commands.reports import call_use_case
from orbit_entry.commands.terminal import show, show_json

_PARTS = {"half": Fraction(1, 2), "99 of 100": Fraction(99, 100), "all": Fraction(1)}
_WITHIN_S = int(DELIVERED_WITHIN.total_seconds())


def show_delivery_level(days: int, *, as_json: bool) -> int:
    """Print the deliveries of the last *days*. Returns 1 when the goal was missed."""
    found = call_use_case(ReadDeliveryLevel, lambda use_case: use_case(days))
    if found is None:
        return 1
    if as_json:
        show_json(_facts(found))
    else:
        _tell(found, days)
    return 0 if found.is_kept else 1


def _tell(found: DeliveryLevel, days: int) -> None:
    part = found.part_in_time
    if part is None:
        show(f"Nothing that was paid in the last {days} days is delivered yet: nothing to judge.")
    else:
        verdict = "kept" if found.is_kept else "missed"
        orders = f"{found.in_time} of {found.in_time + found.late} paid orders"
        show(
            f"The last {days} days: {orders} were delivered within {_WITHIN_S} s, {_percent(part)} %.",
            f"The goal of {_percent(GOAL)} % is {verdict}.",
        )
        waits = (f"{name} within {_for_people(found.within(one))}" for name, one in _PARTS.items() if found.waits)
        show(*([f"Of what is delivered: {', '.join(waits)}."] if found.waits else []))
    if found.open:
        show(f"Just paid, and still in time: {found.open}.")
    for late in found.latest:
        show(_late(late))
    if found.late:
        show(_about_panels(found), "Next: orbit explain USER")


def _about_panels(found: DeliveryLevel) -> str:
    """The promise is for while a panel is up, and nothing records when one was: so it is said what is known."""
    if not found.unproven:
        return "Nothing says that a late one waited for a panel."
    highest = found.part_at_most
    without = f"{_percent(highest)} % without them" if highest is not None else "no others to judge"
    orders = "1 of the late ones" if found.unproven == 1 else f"{found.unproven} of the late ones"
    return f"While {orders} waited, nothing was delivered to anybody, so perhaps no panel was up: {without}."


def _late(one: Delivery) -> str:
    waited = _for_people(int(one.waited.total_seconds()))
    how = f"delivered after {waited}" if one.is_delivered else f"not delivered, for {waited}"
    since = f", since {moment(one.order.due_since)}" if one.order.due_since is not None else ""
    return f"    order {one.order.id} of user {one.order.holder}: {how}{since}"


def _for_people(seconds: int | None) -> str:
    return duration(seconds or 0).removeprefix("+")


def _percent(part: Fraction) -> str:
    """Rounded down: what is below the goal must not look as if it were there."""
    exact = Decimal(100 * part.numerator) / part.denominator
    return f"{exact.quantize(Decimal('0.01'), ROUND_DOWN).normalize():f}"


def _facts(found: DeliveryLevel) -> dict[str, Any]:
    part = found.part_in_time
    return {
        "since": found.since.isoformat(timespec="seconds"),
        "until": found.until.isoformat(timespec="seconds"),
        "within_seconds": _WITHIN_S,
        "goal_percent": _percent(GOAL),
        "percent": None if part is None else _percent(part),
        "percent_at_most": None if found.part_at_most is None else _percent(found.part_at_most),
        "kept": found.is_kept,
        "in_time": found.in_time,
        "late": found.late,
        "late_perhaps_without_a_panel": found.unproven,
        "open": found.open,
        "seconds": {name: found.within(one) for name, one in _PARTS.items()},
        "latest_late": [
            {"order": str(one.order.id), "user": one.order.holder, "seconds": int(one.waited.total_seconds()),
             "delivered": one.is_delivered}
            for one in found.latest
        ],
    }  # fmt: skip
