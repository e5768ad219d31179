"""The rates of a shop: those of coins from the market or the owner, others from the owner alone."""

import httpx

from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.factory import market_rates, rates_from
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.rates.recorded import HistoryPolicy, RecordedRates
from orbit_domain.clock import Clock
from orbit_domain.money import TON, USDT, Currency
from orbit_domain.payment.ports import Rates
from orbit_domain.storage import Storage
from orbit_entry.config.settings import Settings

# A rate that the owner has set may jump: it counts at once.
_SET_BY_OWNER = HistoryPolicy(jump=None)


def shop_rates(settings: Settings, http: httpx.AsyncClient, clock: Clock, storage: Storage) -> RatesByAsset:
    """One rate for each asset, each with its recorded history."""
    policy = _SET_BY_OWNER if settings.rates.price is not None else HistoryPolicy()
    rates: dict[Currency, Rates] = {
        TON: RecordedRates(rates_from(settings.rates, http, clock), storage, policy),
        USDT: RecordedRates(market_rates(settings.rates, http, clock), storage),
    }
    for one in settings.plugins:
        for asset, price in one.plugin.prices(one.settings).items():
            rates[asset] = RecordedRates(FixedRates(price, settings.base, clock, asset=asset), storage, _SET_BY_OWNER)
    return RatesByAsset(rates)
