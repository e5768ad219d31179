"""The median rate of several sources that agree."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from orbit_adapters.rates.bounds import RateBounds
from orbit_adapters.rates.source import RateSource, Reading
from orbit_domain.clock import Clock
from orbit_domain.money import Currency
from orbit_domain.payment.ports import Rate, RateUnavailable


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """When a rate is accepted.

    Readings no older than `fresh`, from `minimum_sources` or more, at most `spread` apart (of the
    median). A source is read again only after `pause`, also when it failed. Jumps are measured where rates are
    recorded.
    """

    fresh: timedelta = timedelta(seconds=120)
    pause: timedelta = timedelta(seconds=20)
    minimum_sources: int = 2
    spread: Fraction = Fraction(3, 100)


@dataclass(slots=True)
class _Cached:
    """The newest reading of one source, when it was last tried, and the lock under which callers share a try."""

    reading: Reading | None = None
    tried_at: datetime | None = None
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)


class MedianRates:
    """The port `Rates` over several sources. Raises ValueError when there are fewer than the policy needs."""

    def __init__(
        self,
        sources: Sequence[RateSource],
        clock: Clock,
        policy: RatePolicy | None = None,
        bounds: RateBounds | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.clock = clock
        self.policy = policy or RatePolicy()
        self.bounds = bounds
        if len({source.name for source in self.sources}) < max(1, self.policy.minimum_sources):
            raise ValueError(f"at least {self.policy.minimum_sources} different sources are needed")
        self._cached: defaultdict[tuple[str, Currency, Currency], _Cached] = defaultdict(_Cached)

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The median of fresh readings. Raises RateUnavailable when the policy or the owner's bounds are not met."""
        readings = await asyncio.gather(*(self._read(source, asset, base) for source in self.sources))
        now = self.clock.now()
        fresh = [reading for reading in readings if reading and abs(now - reading.at) <= self.policy.fresh]
        if len(fresh) < self.policy.minimum_sources:
            raise RateUnavailable(f"{len(fresh)} fresh sources, {self.policy.minimum_sources} are needed")
        rate = Rate(_median([reading.value for reading in fresh]), _evidence(fresh), now)
        self._check_spread(fresh, rate)
        if self.bounds is not None:
            self.bounds.check(asset, base, rate.value)
        return rate

    async def _read(self, source: RateSource, asset: Currency, base: Currency) -> Reading | None:
        """The source's newest reading. When the source fails, its cached reading, which may still be fresh."""
        known = self._cached[source.name, asset, base]
        async with known.trying:
            now = self.clock.now()
            if known.tried_at is None or now - known.tried_at >= self.policy.pause:
                known.tried_at = now
                with suppress(RateUnavailable):
                    known.reading = await source.read(asset, base)
        return known.reading

    def _check_spread(self, fresh: list[Reading], rate: Rate) -> None:
        values = [reading.value for reading in fresh]
        if max(values) - min(values) > rate.value * self.policy.spread:
            raise RateUnavailable(f"the sources are too far apart: {rate.evidence}")


def _median(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _evidence(readings: list[Reading]) -> str:
    parts = (f"{each.source} {each.quoted} at {each.at:%Y-%m-%dT%H:%M:%SZ}" for each in readings)
    return "median of " + ", ".join(parts)
