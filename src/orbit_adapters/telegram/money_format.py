"""Amounts of money as text, and the names of assets and payment methods.

Names and tickers are display data: the ticker of the coin was TON and is GRAM since mid-2026, while its asset id
never changes. Amounts are exact and never rounded.
"""

from orbit_adapters.telegram.sanitize import sanitize
from orbit_domain.money import CURRENCIES, EUR, RUB, STARS, USD, USDT, Currency, Money
from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD, USDT_METHOD, Method

_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"

SIGNS = {RUB.code: "₽", USD.code: "$", EUR.code: "€"}
ASSET_NAMES = {"ton:native": "TON (GRAM)", USDT.code: "USDT (TON)", STARS.code: "⭐"}
METHOD_NAMES = {
    TON_METHOD: ASSET_NAMES["ton:native"],
    USDT_METHOD: ASSET_NAMES[USDT.code],
    STARS_METHOD: "Telegram Stars",
}


def method_name(method: Method | str) -> str:
    """The name of a payment method. A plug-in's method without a name is shown by its id."""
    return METHOD_NAMES.get(Method(method)) or sanitize(str(method).replace("_", " ").capitalize(), 24)


def decimal(units: int, decimals: int) -> str:
    """*units* as an exact decimal with a point and without trailing zeros: what is copied into a wallet."""
    whole, part = divmod(units, 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def format_money(money: Money, language: str) -> str:
    """`4,90 $`, `1,433 TON (GRAM)` or `$4.90`, `1.433 TON (GRAM)`: every amount in the form of the language."""
    sign = SIGNS.get(money.currency.code)
    if sign is not None:
        return _with_sign(money, sign, language)
    name = ASSET_NAMES.get(money.currency.code) or sanitize(money.currency.code, 24)
    return f"{_localised(decimal(money.units, money.currency.decimals), language)}{_GAP}{name}"


def format_change(units: int, currency: Currency, language: str) -> str:
    """A change of the balance: `+129 ₽` in, `−129 ₽` out."""
    return ("+" if units >= 0 else _MINUS) + format_money(Money(abs(units), currency), language)


def format_asset_amount(code: str, units: int, language: str) -> str:
    """An amount of the asset *code*, which may be an unknown one."""
    return format_money(Money(max(0, units), CURRENCIES.get(code) or Currency(code, 0)), language)


def _with_sign(money: Money, sign: str, language: str) -> str:
    """The smallest units are shown only when there are any, and then all their digits."""
    decimals = money.currency.decimals
    whole, part = divmod(money.units, 10**decimals)
    number = _localised(f"{whole}.{part:0{decimals}d}" if part else str(whole), language)
    return f"{number}{_GAP}{sign}" if language == "ru" else f"{sign}{number}"


def _localised(number: str, language: str) -> str:
    """*number* with the group and decimal separators of *language*."""
    group, point = (_GAP, ",") if language == "ru" else (",", ".")
    whole, _, fraction = number.partition(".")
    return f"{int(whole):,}".replace(",", group) + (f"{point}{fraction}" if fraction else "")
