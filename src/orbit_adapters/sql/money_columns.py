"""Money as rows and documents hold it."""

from collections.abc import Mapping
from typing import Any

from orbit_domain.money import CURRENCIES, Currency, Money


def base_money(units: int, code: str) -> Money:
    """A sum in one of the shop's own currencies. Raises LookupError for a code that this version doesn't know."""
    currency = CURRENCIES.get(code)
    if currency is None:
        raise LookupError(f"this version of Orbit knows no currency {code!r}")
    return Money(units, currency)


def base_code(money: Money) -> str:
    """The code that `base_money` understands again. Raises LookupError rather than record what can't be read."""
    if CURRENCIES.get(money.currency.code) != money.currency:
        raise LookupError(f"{money.currency} is none of the shop's own currencies")
    return money.currency.code


def document(money: Money) -> dict[str, Any]:
    """*money* for a JSON column."""
    return {"units": money.units, "code": money.currency.code, "decimals": money.currency.decimals}


def from_document(value: Mapping[str, Any]) -> Money:
    """What `document` made."""
    return Money(int(value["units"]), Currency(str(value["code"]), int(value["decimals"])))
