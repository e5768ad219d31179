"""Builds the source of rates from the settings."""

import httpx

from orbit_adapters.rates.coingecko import CoingeckoSource
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.rates.median import MedianRates
from orbit_adapters.rates.settings import RatesSettings
from orbit_adapters.rates.tonapi import TonapiSource
from orbit_domain.clock import Clock
from orbit_domain.payment.ports import Rates


def rates_from(settings: RatesSettings, http: httpx.AsyncClient, clock: Clock) -> Rates:
    """The fixed rate if there is one, otherwise the median of two public sources; both within the owner's bounds."""
    if settings.price is not None:
        return FixedRates(settings.price, settings.base, clock, settings.bounds)
    return market_rates(settings, http, clock)


def market_rates(settings: RatesSettings, http: httpx.AsyncClient, clock: Clock) -> Rates:
    """The median of two public sources, for every asset that both know; within the owner's bounds."""
    sources = (TonapiSource(http, clock, settings.tonapi_url), CoingeckoSource(http, settings.coingecko_url))
    return MedianRates(sources, clock, bounds=settings.bounds)
