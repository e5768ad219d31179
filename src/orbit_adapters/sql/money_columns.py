"""Money in columns and JSON documents."""

from collections.abc import Mapping
from typing import Any

from orbit_domain.money import CURRENCIES, Currency, Money


def base_money(units: int, code: str) -> Money:
    """An amount in one of the shop's own currencies. Raises LookupError for a code that this version doesn't know."""
    currency = CURRENCIES.get(code)
    if currency is None:
        raise LookupError(f"this version of Orbit knows no currency {code!r}")
    return Money(units, currency)


def base_code(money: Money) -> str:
    """The code that `base_money` reads. Raises LookupError for another currency, which couldn't be read back."""
    if CURRENCIES.get(money.currency.code) != money.currency:
        raise LookupError(f"{money.currency} is none of the shop's own currencies")
    return money.currency.code


def money_document(money: Money) -> dict[str, Any]:
    """*money* for a JSON column."""
    return {"units": money.units, "code": money.currency.code, "decimals": money.currency.decimals}


def money_from_document(value: Mapping[str, Any]) -> Money:
    """What `money_document` made."""
    return Money(int(value["units"]), Currency(str(value["code"]), int(value["decimals"])))
