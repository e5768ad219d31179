"""Amounts as YooKassa writes them: decimals in a string, with two digits behind the point."""

import re

from orbit_adapters.payment_plugin.strict_json import Json, MalformedAnswerError, part, text_of
from orbit_domain.money import CURRENCIES, Currency, Money

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,11})\.([0-9]{2})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def money_of(row: Json, key: str) -> Money:
    """An amount with exactly two digits behind the point: `{"value": "129.00", "currency": "RUB"}`."""
    amount = part(row, key)
    found = _AMOUNT.fullmatch(text_of(amount, "value", 16))
    code = text_of(amount, "currency", 3)
    if found is None or _CURRENCY.fullmatch(code) is None:
        raise MalformedAnswerError(f"{key} is not an amount with two digits behind the point")
    known = CURRENCIES.get(code)
    currency = known if known is not None and known.decimals == 2 else Currency(code, 2)
    return Money(int(found[1]) * 100 + int(found[2]), currency)
