"""Money as whole smallest units of one currency: kopecks, cents, nanotons, stars. Floats never come near it."""

from dataclasses import dataclass
from typing import NewType, Self


@dataclass(frozen=True, slots=True)
class Currency:
    """What an amount is counted in.

    `code` is ours and permanent: a fiat code such as `RUB`, or an asset id such as `ton:native`.
    Tickers people read are display data and live with the texts.
    """

    code: str
    decimals: int


RUB = Currency("RUB", 2)
USD = Currency("USD", 2)
EUR = Currency("EUR", 2)
TON = Currency("ton:native", 9)
USDT = Currency("ton:jetton:0:B113A994B5024A16719F69139328EB759596C38A25F59028B146FECDC3621DFE", 6)
"""The dollar token of the TON network, named by the account that issues it there. Test tokens count as it, too."""
STARS = Currency("XTR", 0)

BASE_CURRENCIES = {currency.code: currency for currency in (RUB, USD, EUR)}
"""What a shop may keep its prices and balances in, each with two decimals."""

CURRENCIES = {**BASE_CURRENCIES, TON.code: TON, USDT.code: USDT, STARS.code: STARS}

BaseCurrency = NewType("BaseCurrency", Currency)
"""The one of BASE_CURRENCIES that this shop keeps its prices and balances in."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one calculation. A bug, never a customer's fault."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit: 12_900 kopecks, 2_500_000_000 nanotons. Never negative."""

    units: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.units) is not int:
            raise TypeError(f"money is counted in whole units, got {type(self.units).__name__}")
        if self.units < 0:
            raise ValueError(f"money is never negative, got {self.units}")

    def __add__(self, other: Self) -> Self:
        self._same(other)
        return type(self)(self.units + other.units, self.currency)

    def minus(self, other: Self) -> Self:
        """What is left of this after *other*; nothing when *other* is larger."""
        self._same(other)
        return type(self)(max(0, self.units - other.units), self.currency)

    def covers(self, price: Self) -> bool:
        """Whether this pays *price* in full. Another currency never does."""
        return self.currency == price.currency and self.units >= price.units

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing here."""
        return self.units == 0

    def _same(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency.code} and {other.currency.code} don't add up")


def rub(kopecks: int) -> Money:
    """*kopecks* as roubles, for tests and samples. The shop's base currency is `BaseCurrency`."""
    return Money(kopecks, RUB)
