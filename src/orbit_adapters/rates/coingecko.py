"""Prices from CoinGecko: `GET /simple/price?ids=the-open-network&vs_currencies=rub`.

It answers `{"the-open-network": {"rub": 251.3, "last_updated_at": 1790000000}}` when the request includes the time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from orbit_adapters.rates.http import as_object, get_object
from orbit_adapters.rates.source import Reading, reading_of
from orbit_domain.money import TON, USDT, Currency
from orbit_domain.payment.ports import RateUnavailable

COINGECKO_IDS: Mapping[str, str] = {TON.code: "the-open-network", USDT.code: "tether"}
"""CoinGecko ids by asset code. Never a ticker: an unrelated token has the ticker GRAM too."""

_LATEST = 2**32


class CoingeckoSource:
    """The port `RateSource` over CoinGecko; *url* up to the version, for example `https://api.coingecko.com/api/v3`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str = "https://api.coingecko.com/api/v3",
        ids: Mapping[str, str] = COINGECKO_IDS,
    ) -> None:
        self.name = "coingecko"
        self.http = http
        self.url = url.rstrip("/")
        self.ids = ids

    async def read(self, asset: Currency, base: Currency) -> Reading:
        """The price with the time it was last updated. Raises RateUnavailable."""
        coin = self.ids.get(asset.code)
        if coin is None:
            raise RateUnavailable(f"{self.name} doesn't know {asset.code}")
        currency = base.code.lower()
        query = {"ids": coin, "vs_currencies": currency, "include_last_updated_at": "true", "precision": "full"}
        answer = await get_object(self.http, self.name, f"{self.url}/simple/price", query)
        entry = as_object(self.name, answer.get(coin))
        seconds = entry.get("last_updated_at")
        if type(seconds) is not int or not 0 < seconds < _LATEST:
            raise RateUnavailable(f"{self.name} doesn't say when its price is from")
        return reading_of(self.name, entry.get(currency), asset, base, datetime.fromtimestamp(seconds, UTC))
