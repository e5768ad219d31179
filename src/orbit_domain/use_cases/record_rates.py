"""Keep a history of rates, so that money that is priced later is worth the rate of its own time."""

from contextlib import suppress
from dataclasses import dataclass

from orbit_domain.money import BaseCurrency
from orbit_domain.payment.ports import Gateways, Rates, RateUnavailable


@dataclass(frozen=True, slots=True)
class RecordRates:
    """Read the rate of every asset that the shop takes; `rates` records what it accepts."""

    gateways: Gateways
    rates: Rates
    base: BaseCurrency

    async def __call__(self) -> int:
        """How many rates there are now."""
        read = 0
        for asset in dict.fromkeys(gateway.asset for gateway in self.gateways.all() if gateway.asset != self.base):
            with suppress(RateUnavailable):  # A later run reads it; meanwhile the method isn't offered.
                await self.rates.rate(asset, self.base)
                read += 1
        return read
