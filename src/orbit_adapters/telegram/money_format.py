"""Sums of money as people read them, and the names of what they are counted in.

Names and tickers are display data: the coin's ticker was TON and is GRAM since mid-2026, while its
asset id never changes. Everything here is exact; nothing is ever rounded.
"""

from dataclasses import dataclass

from orbit_adapters.telegram.sanitize import clean
from orbit_domain.money import CURRENCIES, RUB, Currency, Money
from orbit_domain.payment.payment import TON_METHOD, Method

_NARROW_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class AssetName:
    """`short` stands beside amounts, `full` where a customer chooses how to pay."""

    short: str
    full: str


ASSET_NAMES = {"ton:native": AssetName("TON", "TON (GRAM)")}
METHOD_NAMES = {TON_METHOD: ASSET_NAMES["ton:native"].full}


def method_name(method: Method | str) -> str:
    """What a way of paying is called; a plug-in nobody has named yet goes by its own id."""
    return METHOD_NAMES.get(Method(method)) or clean(str(method).replace("_", " ").capitalize(), 24)


def decimal(units: int, decimals: int) -> str:
    """*units* as an exact decimal with a point and without trailing zeros: what a wallet accepts when pasted."""
    whole, part = divmod(units, 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def sum_text(money: Money, language: str) -> str:
    """`129,50 ₽` or `₽129.50`; `1.433 TON` alike in every language, so that it equals what is copied."""
    if money.currency == RUB:
        return _roubles(money.units, language)
    name = ASSET_NAMES.get(money.currency.code)
    ticker = name.short if name else clean(money.currency.code, 24)
    return f"{decimal(money.units, money.currency.decimals)}{_NARROW_GAP}{ticker}"


def signed_roubles(kopecks: int, language: str) -> str:
    """A movement: `+129 ₽` came, `−129 ₽` went."""
    return ("+" if kopecks >= 0 else _MINUS) + _roubles(abs(kopecks), language)


def asset_sum(code: str, units: int, language: str) -> str:
    """An amount of the asset *code*, also when nobody here knows that asset."""
    return sum_text(Money(max(0, units), CURRENCIES.get(code) or Currency(code, 0)), language)


def _roubles(kopecks: int, language: str) -> str:
    whole, part = divmod(kopecks, 100)
    if language == "ru":
        grouped = f"{whole:,}".replace(",", _NARROW_GAP) if whole >= 10_000 else str(whole)
        return f"{grouped},{part:02d}{_NARROW_GAP}₽" if part else f"{grouped}{_NARROW_GAP}₽"
    return f"₽{whole:,}.{part:02d}" if part else f"₽{whole:,}"
