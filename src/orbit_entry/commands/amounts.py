"""Amounts and times as an owner reads them in a terminal: `349 ₽`, `1.5 TON`, `90 d`. Exact, never rounded."""

import re
from datetime import datetime

from orbit_domain.money import CURRENCIES, RUB, Currency, Money, rub

_SIGNS = {"RUB": "₽", "ton:native": "TON"}
_KOPECKS = re.compile(r"([+-]?)([0-9]+) kopecks")
_UNITS = re.compile(r"([0-9]+) units of ([^ ]+)")
_SECONDS = re.compile(r"([+-]?[0-9]+) seconds")
_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def amount(money: Money) -> str:
    """*money* with its sign: `349 ₽`, `349.50 ₽`, `1.5 TON`. An unknown asset is named by its code."""
    whole, part = divmod(money.units, 10**money.currency.decimals)
    fraction = f"{part:0{money.currency.decimals}d}" if part else ""
    if money.currency != RUB:
        fraction = fraction.rstrip("0")
    return f"{whole}{'.' if fraction else ''}{fraction} {_SIGNS.get(money.currency.code, money.currency.code)}"


def duration(seconds: int) -> str:
    """*seconds* with a sign, in the two largest units that say it: `+30 d`, `-1 d 2 h`."""
    left, parts = abs(seconds), []
    for size, unit in _STEPS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return ("-" if seconds < 0 else "+") + (" ".join(parts) or "0 s")


def moment(at: datetime) -> str:
    """*at* as `2026-11-21 15:04:05 UTC`."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def in_everyday_units(told: str) -> str:
    """*told*, in which a use case counts kopecks, smallest units and seconds, with prices and durations instead."""
    told = _KOPECKS.sub(lambda found: found[1] + amount(rub(int(found[2]))), told)
    told = _UNITS.sub(lambda found: amount(Money(int(found[1]), _currency(found[2]))), told)
    return _SECONDS.sub(lambda found: duration(int(found[1])), told)


def _currency(code: str) -> Currency:
    return CURRENCIES.get(code) or Currency(code, 0)
