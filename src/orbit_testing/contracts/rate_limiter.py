"""What every RateLimiter promises.

Subclass `RateLimiterContract`, give it a `rate_limiter` fixture with the default policy and the hooks over its clock.
"""

import asyncio
from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Allowed, Banned, RateLimitPolicy, Verdict

POLICY = RateLimitPolicy()
ANN = TelegramId(700_000_001)
BEN = TelegramId(7_000_000_012)
_INSTANT = timedelta(microseconds=1)


class RateLimiterContract(ABC):
    """Twenty requests at once and as many again a minute; then a ban of five minutes, said once."""

    @abstractmethod
    def now(self) -> datetime:
        """The present moment of the gate's clock, which stands still between the tests' steps."""

    @abstractmethod
    def pass_time(self, by: timedelta) -> None:
        """Move the gate's clock."""

    async def ask(self, rate_limiter: RateLimiter, times: int, tg_id: TelegramId = ANN) -> list[Verdict]:
        """So many requests, one after another."""
        return [await rate_limiter.check(tg_id) for _ in range(times)]

    async def test_twenty_at_once_are_welcome(self, rate_limiter: RateLimiter) -> None:
        """The whole allowance may be used in one instant."""
        assert await self.ask(rate_limiter, POLICY.requests) == [Allowed()] * POLICY.requests

    async def test_one_more_is_a_ban_that_is_said_once(self, rate_limiter: RateLimiter) -> None:
        """The request too many begins the ban; those after it are told the same end, but not as the first."""
        await self.ask(rate_limiter, POLICY.requests)
        until = self.now() + POLICY.ban
        assert await self.ask(rate_limiter, 3) == [Banned(until, first=True), *[Banned(until, first=False)] * 2]

    async def test_asking_during_a_ban_does_not_lengthen_it(self, rate_limiter: RateLimiter) -> None:
        """Whoever goes on asking is let in when it was said, to the microsecond, with a full allowance."""
        await self.ask(rate_limiter, POLICY.requests + 1)
        self.pass_time(POLICY.ban - _INSTANT)
        assert isinstance(await rate_limiter.check(ANN), Banned)
        self.pass_time(_INSTANT)
        verdicts = await self.ask(rate_limiter, POLICY.requests + 1)
        assert verdicts == [*[Allowed()] * POLICY.requests, Banned(self.now() + POLICY.ban, first=True)]

    async def test_a_steady_reader_is_never_stopped(self, rate_limiter: RateLimiter) -> None:
        """One request every three seconds goes on for ever, even on top of a full first minute."""
        await self.ask(rate_limiter, POLICY.requests)
        for _ in range(3 * POLICY.requests):
            self.pass_time(POLICY.interval)
            assert await rate_limiter.check(ANN) == Allowed()

    async def test_the_allowance_fills_up_again(self, rate_limiter: RateLimiter) -> None:
        """After a quiet minute all twenty are there again, and after a quiet day not more."""
        for pause in (POLICY.window, timedelta(days=1)):
            await self.ask(rate_limiter, POLICY.requests)
            self.pass_time(pause)
        verdicts = await self.ask(rate_limiter, POLICY.requests + 1)
        assert [isinstance(verdict, Allowed) for verdict in verdicts] == [True] * POLICY.requests + [False]

    async def test_everybody_is_counted_alone(self, rate_limiter: RateLimiter) -> None:
        """One user's flood takes nothing from another."""
        await self.ask(rate_limiter, POLICY.requests + 5)
        assert await self.ask(rate_limiter, POLICY.requests, BEN) == [Allowed()] * POLICY.requests

    async def test_forgiven_means_begun_anew(self, rate_limiter: RateLimiter) -> None:
        """Forgiving ends a ban and the count; forgiving somebody unknown does nothing."""
        await rate_limiter.reset(BEN)
        await self.ask(rate_limiter, POLICY.requests + 1)
        await rate_limiter.reset(ANN)
        assert await self.ask(rate_limiter, POLICY.requests) == [Allowed()] * POLICY.requests

    async def test_sixty_four_at_once_are_counted_one_by_one(self, rate_limiter: RateLimiter) -> None:
        """Requests that come at the same moment can't slip past the limit, and the ban is said to one of them."""
        verdicts = await asyncio.gather(*(rate_limiter.check(ANN) for _ in range(64)))
        banned = [verdict for verdict in verdicts if isinstance(verdict, Banned)]
        assert len(banned) == 64 - POLICY.requests
        assert sum(verdict.first for verdict in banned) == 1

    async def test_a_clock_set_back_locks_nobody_out(self, rate_limiter: RateLimiter) -> None:
        """When the clock jumps back by more than a ban, its owner is let in at once."""
        await self.ask(rate_limiter, POLICY.requests + 1)
        self.pass_time(-timedelta(hours=1))
        assert await rate_limiter.check(ANN) == Allowed()
