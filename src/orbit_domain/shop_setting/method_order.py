"""The ways to pay in the order in which customers see them, as the owner arranges them."""

from collections.abc import Collection

from orbit_domain.payment.payment import Method
from orbit_domain.shop_setting.setting import SettingName, SettingNotTaken, SettingProblem


def switched(shown: Collection[Method], method: Method, *, is_on: bool) -> tuple[Method, ...]:
    """*shown* with *method* at its end, or without it. Raises SettingNotTaken for the last one: a shop sells."""
    others = tuple(one for one in shown if one != method)
    if is_on:
        return tuple(shown) if method in shown else (*others, method)
    if not others:
        raise SettingNotTaken(SettingName.PAYMENT_METHODS, SettingProblem.LAST_METHOD)
    return others


def placed(shown: Collection[Method], method: Method, position: int) -> tuple[Method, ...]:
    """*shown* with *method* at *position*, counted from zero; one that isn't shown stays so."""
    if method not in shown:
        return tuple(shown)
    others = [one for one in shown if one != method]
    others.insert(position, method)
    return tuple(others)
