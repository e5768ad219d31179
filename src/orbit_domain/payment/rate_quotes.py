"""Quotes of methods whose asset has a rate."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import MethodUnavailable, Rates, RateUnavailable
from orbit_domain.payment.quote import Quote, due_units


@dataclass(frozen=True, slots=True)
class RateQuotes:
    """Quotes for *method* in *asset* at the present rate, in whole *step*s of smallest units, open for *window*."""

    method: Method
    asset: Currency
    step: int
    window: timedelta
    rates: Rates
    clock: Clock

    async def quote(self, price: Money) -> Quote:
        """*price* in the asset, rounded up. Raises MethodUnavailable when no rate is available."""
        try:
            rate = await self.rates.rate(self.asset, price.currency)
        except RateUnavailable as error:
            raise MethodUnavailable(self.method, str(error)) from error
        now = self.clock.now()
        return Quote(
            price=price,
            due=Money(due_units(price, rate.value, self.step), self.asset),
            rate=rate.value,
            evidence=rate.evidence,
            created_at=now,
            expires_at=now + self.window,
        )
