"""Records the rates that are accepted, and refuses one that jumps, also after a restart."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from orbit_domain.money import Currency
from orbit_domain.payment.ports import Rate, Rates, RateUnavailable
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class HistoryPolicy:
    """A rate is recorded at most once each `interval`. One that differs by more than `jump` from the rate that was
    recorded within `jump_window` is refused; without `jump`, as with a rate that the owner has set, none is.
    """

    interval: timedelta = timedelta(minutes=1)
    jump: Fraction | None = Fraction(15, 100)
    jump_window: timedelta = timedelta(minutes=10)


class RecordedRates:
    """The port `Rates` over other ones, with its history in the storage."""

    def __init__(self, rates: Rates, storage: Storage, policy: HistoryPolicy | None = None) -> None:
        self.rates = rates
        self.storage = storage
        self.policy = policy or HistoryPolicy()

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The present rate. Raises RateUnavailable."""
        rate = await self.rates.rate(asset, base)
        async with self.storage.transaction() as tx:
            last = await tx.rate_history.newest(asset, base)
        self._check_jump(last, rate)
        if last is None or rate.at - last.at >= self.policy.interval:
            async with self.storage.transaction() as tx:
                await tx.rate_history.add(asset, base, rate)
        return rate

    def _check_jump(self, last: Rate | None, rate: Rate) -> None:
        jump = self.policy.jump
        if jump is None or last is None or rate.at - last.at > self.policy.jump_window:
            return
        if abs(rate.value - last.value) > last.value * jump:
            raise RateUnavailable(f"the rate jumped from {last.evidence} to {rate.evidence}")
