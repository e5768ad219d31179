"""Amounts and times as an owner reads them in a terminal: `349 ₽`, `$4.99`, `1.5 TON`, `90 d`. Exact, never rounded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from orbit_domain.ledger.ledger import Line
from orbit_domain.money import BASE_CURRENCIES, EUR, RUB, STARS, TON, USD, USDT, Money
from orbit_domain.use_cases.show_timeline import Part

_SIGNS_BEFORE = {USD.code: "$", EUR.code: "€"}
_SIGNS_AFTER = {RUB.code: "₽", TON.code: "TON", USDT.code: "USDT", STARS.code: "⭐"}
_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_SECOND = timedelta(seconds=1)


def amount(money: Money) -> str:
    """*money* with its sign: `349 ₽`, `$349.50`, `1.5 TON`. An unknown asset is named by its code."""
    code, decimals = money.currency.code, money.currency.decimals
    whole, part = divmod(money.units, 10**decimals)
    fraction = f"{part:0{decimals}d}" if part else ""
    if code not in BASE_CURRENCIES:
        fraction = fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else f"{whole}"
    before = _SIGNS_BEFORE.get(code)
    return f"{number} {_SIGNS_AFTER.get(code, code)}" if before is None else f"{before}{number}"


def change(line: Line) -> str:
    """What came or went: `+349 ₽`, `-$4.99`."""
    return ("-" if line.units < 0 else "+") + amount(Money(abs(line.units), line.currency))


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


def in_everyday_units(what: Sequence[Part]) -> str:
    """A line of a timeline in prices and durations: `sub_3m for 349 ₽ opened`."""
    return " ".join(map(_for_people, what))


def in_smallest_units(what: Sequence[Part]) -> str:
    """The same for programs: `sub_3m for 34900 units of RUB opened`."""
    return " ".join(map(_for_programs, what))


def _for_people(part: Part) -> str:
    match part:
        case str():
            return part
        case Money():
            return amount(part)
        case Line():
            return change(part)
        case timedelta():
            return duration(part // _SECOND)


def _for_programs(part: Part) -> str:
    match part:
        case str():
            return part
        case Money():
            return f"{part.units} units of {part.currency.code}"
        case Line():
            return f"{part.units:+d} units of {part.currency.code}"
        case timedelta():
            return f"{part // _SECOND:+d} seconds"
