"""Prices from tonapi: `GET /v2/rates?tokens=ton,gram&currencies=rub`.

The coin was renamed from TON to GRAM in 2026 and the provider knows both tickers; one it doesn't
know has price 0 rather than an error. It answers
`{"rates": {"GRAM": {"prices": {"RUB": 251.3}}}}` without a time, so a price gets the time of the request.
"""

from collections.abc import Mapping
from fractions import Fraction

import httpx

from orbit_adapters.rates.http import as_object, get_object
from orbit_adapters.rates.source import Reading, reading_of
from orbit_domain.clock import Clock
from orbit_domain.money import TON, USDT, Currency
from orbit_domain.payment.ports import RateUnavailable

TONAPI_TOKENS: Mapping[str, tuple[str, ...]] = {
    TON.code: ("TON", "GRAM"),
    USDT.code: ("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs",),
}
"""tonapi's names by asset code: tickers of the coin, and the issuer of a token, whose ticker could be anybody's."""

_SAME_WITHIN = Fraction(1, 100)


class TonapiSource:
    """The port `RateSource` over tonapi; *url* without the path, for example `https://tonapi.io`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        clock: Clock,
        url: str = "https://tonapi.io",
        tokens: Mapping[str, tuple[str, ...]] = TONAPI_TOKENS,
    ) -> None:
        self.name = "tonapi"
        self.http = http
        self.clock = clock
        self.url = url.rstrip("/")
        self.tokens = tokens

    async def read(self, asset: Currency, base: Currency) -> Reading:
        """The price of the first ticker that has one. Raises RateUnavailable, also when two tickers disagree."""
        tickers = self.tokens.get(asset.code, ())
        if not tickers:
            raise RateUnavailable(f"{self.name} doesn't know {asset.code}")
        at = self.clock.now()
        names = (ticker.lower() if ticker.isupper() else ticker for ticker in tickers)
        query = {"tokens": ",".join(names), "currencies": base.code.lower()}
        answer = await get_object(self.http, self.name, f"{self.url}/v2/rates", query)
        rates = as_object(self.name, answer.get("rates"))
        readings = []
        for ticker in tickers:
            price = self._price(rates, ticker, base)
            if price is not None and price != 0:
                readings.append(reading_of(self.name, price, asset, base, at))
        if not readings:
            raise RateUnavailable(f"{self.name} names no price")
        values = [reading.value for reading in readings]
        if max(values) - min(values) > min(values) * _SAME_WITHIN:
            # An unrelated token uses one of the tickers: no price is better than a wrong one.
            raise RateUnavailable(f"{self.name} has two prices for one coin")
        return readings[0]

    def _price(self, rates: Mapping[str, object], ticker: str, base: Currency) -> object:
        if rates.get(ticker) is None:
            return None
        prices = as_object(self.name, as_object(self.name, rates[ticker]).get("prices"))
        return prices.get(base.code)
