"""The rate of each asset from where it comes from."""

from collections.abc import Mapping

from orbit_domain.money import Currency
from orbit_domain.payment.ports import Rate, Rates, RateUnavailable


class RatesByAsset:
    """The port `Rates` over other ones, one for each asset."""

    def __init__(self, rates: Mapping[Currency, Rates]) -> None:
        self._rates = dict(rates)

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The rate of *asset*. Raises RateUnavailable, also for an asset that the shop doesn't take."""
        rates = self._rates.get(asset)
        if rates is None:
            raise RateUnavailable(f"the shop takes no {asset.code}")
        return await rates.rate(asset, base)
