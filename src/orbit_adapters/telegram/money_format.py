"""Amounts of money as text, and the names of assets and payment methods.

Names and tickers are display data: the ticker of the coin was TON and is GRAM since mid-2026, while its asset id
never changes. Amounts are exact and never rounded.
"""

from dataclasses import dataclass

from orbit_adapters.telegram.sanitize import sanitize
from orbit_domain.money import CURRENCIES, RUB, Currency, Money
from orbit_domain.payment.payment import TON_METHOD, Method

_NARROW_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class AssetName:
    """`short` is shown beside amounts, `full` in the choice of payment methods."""

    short: str
    full: str


ASSET_NAMES = {"ton:native": AssetName("TON", "TON (GRAM)")}
METHOD_NAMES = {TON_METHOD: ASSET_NAMES["ton:native"].full}


def method_name(method: Method | str) -> str:
    """The name of a payment method. A plug-in's method without a name is shown by its id."""
    return METHOD_NAMES.get(Method(method)) or sanitize(str(method).replace("_", " ").capitalize(), 24)


def decimal(units: int, decimals: int) -> str:
    """*units* as an exact decimal with a point and without trailing zeros, in the form that wallets accept."""
    whole, part = divmod(units, 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def format_money(money: Money, language: str) -> str:
    """`129,50 ₽` or `₽129.50`. `1.433 TON` is the same in every language: it equals the copied number."""
    if money.currency == RUB:
        return _format_rub(money.units, language)
    name = ASSET_NAMES.get(money.currency.code)
    ticker = name.short if name else sanitize(money.currency.code, 24)
    return f"{decimal(money.units, money.currency.decimals)}{_NARROW_GAP}{ticker}"


def format_signed_rub(kopecks: int, language: str) -> str:
    """A change of the balance: `+129 ₽` in, `−129 ₽` out."""
    return ("+" if kopecks >= 0 else _MINUS) + _format_rub(abs(kopecks), language)


def format_asset_amount(code: str, units: int, language: str) -> str:
    """An amount of the asset *code*, which may be an unknown one."""
    return format_money(Money(max(0, units), CURRENCIES.get(code) or Currency(code, 0)), language)


def _format_rub(kopecks: int, language: str) -> str:
    whole, part = divmod(kopecks, 100)
    if language == "ru":
        grouped = f"{whole:,}".replace(",", _NARROW_GAP) if whole >= 10_000 else str(whole)
        return f"{grouped},{part:02d}{_NARROW_GAP}₽" if part else f"{grouped}{_NARROW_GAP}₽"
    return f"₽{whole:,}.{part:02d}" if part else f"₽{whole:,}"
