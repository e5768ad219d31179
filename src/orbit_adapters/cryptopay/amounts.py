"""Crypto Pay's amounts: exact decimals in a string, of an asset under the name that the provider has for it today."""

import re
from collections.abc import Mapping
from typing import Any

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, text_of
from orbit_domain.money import BASE_CURRENCIES, TON, USDT, Currency, Money

NAMES = {TON: ("TON", "GRAM"), USDT: ("USDT",)}
"""Every name that the provider has for a coin of ours. A name may change overnight, the asset doesn't."""
COINS = {name: coin for coin, names in NAMES.items() for name in names}
STEPS = {TON: 1_000_000, USDT: 10_000}
"""Smallest units in 0.001 TON and in a cent: an invoice over a coin is over whole ones, as people write amounts."""
_RENAMED = {"TON": TON.code, "GRAM": TON.code}
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,18}))?", re.ASCII)
_SCALES = (8, 18)


def fiat_money(row: Mapping[str, Any], code: str) -> Money:
    """The `amount` of *row* in the currency *code*. Raises MalformedAnswerError."""
    return _money(row, code, BASE_CURRENCIES.get(code))


def crypto_money(row: Mapping[str, Any], code: str) -> Money:
    """The `amount` of *row* in the asset that the provider calls *code*. Raises MalformedAnswerError."""
    return _money(row, code, COINS.get(code))


def asset_id(code: object) -> str | None:
    """One name for an asset, whatever the provider calls it, the same in digests for ever; None for what is no name."""
    return _RENAMED.get(code, code) if type(code) is str else None


def canonical(text: object) -> str | None:
    """The decimal *text* without needless zeros; None for what is no decimal."""
    found = _DECIMAL.fullmatch(text) if type(text) is str else None
    if found is None:
        return None
    fraction = (found[2] or "").rstrip("0")
    return f"{found[1]}.{fraction}" if fraction else found[1]


def names_of(currency: Currency) -> tuple[str, ...]:
    """What the provider may call *currency* today, the likeliest first."""
    return NAMES.get(currency, (currency.code,))


def decimal_text(money: Money) -> str:
    """*money* as an invoice is asked for: 129.00 with all decimals of a currency, 0.516 of a coin."""
    digits = str(money.units).rjust(money.currency.decimals + 1, "0")
    split = len(digits) - money.currency.decimals
    fraction = digits[split:].rstrip("0") if money.currency in NAMES else digits[split:]
    return f"{digits[:split]}.{fraction}" if fraction else digits[:split]


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
