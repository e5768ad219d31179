"""Crypto Pay's amounts: exact decimals in a string, of an asset under the name that the provider has for it today."""

import re
from collections.abc import Mapping
from typing import Any

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, text_of
from orbit_domain.money import BASE_CURRENCIES, TON, Currency, Money

ALIASES = {"TON": TON, "GRAM": TON}
"""Every name that the provider has for an asset of ours. A name may change overnight, the asset doesn't."""
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,18}))?", re.ASCII)
_SCALES = (8, 18)


def fiat_money(row: Mapping[str, Any], code: str) -> Money:
    """The `amount` of *row* in the currency *code*. Raises MalformedAnswerError."""
    return _money(row, code, BASE_CURRENCIES.get(code))


def crypto_money(row: Mapping[str, Any], code: str) -> Money:
    """The `amount` of *row* in the asset that the provider calls *code*. Raises MalformedAnswerError."""
    return _money(row, code, ALIASES.get(code))


def asset_id(code: object) -> str | None:
    """One name for an asset, whatever the provider calls it; None for what is no name."""
    if type(code) is not str:
        return None
    known = ALIASES.get(code)
    return known.code if known else code


def canonical(text: object) -> str | None:
    """The decimal *text* without needless zeros; None for what is no decimal."""
    found = _DECIMAL.fullmatch(text) if type(text) is str else None
    if found is None:
        return None
    fraction = (found[2] or "").rstrip("0")
    return f"{found[1]}.{fraction}" if fraction else found[1]


def decimal_text(money: Money) -> str:
    """*money* with all decimals of its currency, as an invoice is asked for: 129.00."""
    digits = str(money.units).rjust(money.currency.decimals + 1, "0")
    split = len(digits) - money.currency.decimals
    return f"{digits[:split]}.{digits[split:]}" if money.currency.decimals else digits


def _money(row: Mapping[str, Any], code: str, known: Currency | None) -> Money:
    exact = canonical(text_of(row, "amount", 40))
    if exact is None:
        raise MalformedAnswerError("amount is not an exact decimal in range")
    whole, _, fraction = exact.partition(".")
    if known is None or len(fraction) > known.decimals:
        # Nobody has priced it here. The unit is a part of the name, so that whoever reads "15 KZT/1e8" reads the truth.
        scale = next(scale for scale in _SCALES if len(fraction) <= scale)
        known = Currency(f"{code}/1e{scale}", scale)
    return Money(int(whole + fraction.ljust(known.decimals, "0")), known)
