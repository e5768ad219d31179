"""The contract of the port `RateLimiter`.

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
    """Twenty requests at once and as many again a minute; then a ban of five minutes, announced once."""

    @abstractmethod
    def now(self) -> datetime:
        """The time of the limiter's clock, which stands still between the steps of a test."""

    @abstractmethod
    def pass_time(self, by: timedelta) -> None:
        """Move the limiter's clock."""

    async def request(self, rate_limiter: RateLimiter, times: int, tg_id: TelegramId = ANN) -> list[Verdict]:
        """Make *times* requests, one after another."""
        return [await rate_limiter.check(tg_id) for _ in range(times)]

    async def test_twenty_at_once_are_allowed(self, rate_limiter: RateLimiter) -> None:
        """The whole allowance may be used in one instant."""
        assert await self.request(rate_limiter, POLICY.requests) == [Allowed()] * POLICY.requests

    async def test_one_more_is_a_ban_that_is_announced_once(self, rate_limiter: RateLimiter) -> None:
        """The request too many begins the ban. Later ones get the same end and aren't the first."""
        await self.request(rate_limiter, POLICY.requests)
        until = self.now() + POLICY.ban
        assert await self.request(rate_limiter, 3) == [Banned(until, first=True), *[Banned(until, first=False)] * 2]

    async def test_requests_during_a_ban_do_not_lengthen_it(self, rate_limiter: RateLimiter) -> None:
        """The ban ends at its announced end, to the microsecond, with a full allowance."""
        await self.request(rate_limiter, POLICY.requests + 1)
        self.pass_time(POLICY.ban - _INSTANT)
        assert isinstance(await rate_limiter.check(ANN), Banned)
        self.pass_time(_INSTANT)
        verdicts = await self.request(rate_limiter, POLICY.requests + 1)
        assert verdicts == [*[Allowed()] * POLICY.requests, Banned(self.now() + POLICY.ban, first=True)]

    async def test_a_steady_user_is_never_banned(self, rate_limiter: RateLimiter) -> None:
        """One request every three seconds is always allowed, even after a full first minute."""
        await self.request(rate_limiter, POLICY.requests)
        for _ in range(3 * POLICY.requests):
            self.pass_time(POLICY.interval)
            assert await rate_limiter.check(ANN) == Allowed()

    async def test_the_allowance_fills_up_again(self, rate_limiter: RateLimiter) -> None:
        """After a minute without requests all twenty are allowed again, and after a day not more."""
        for pause in (POLICY.window, timedelta(days=1)):
            await self.request(rate_limiter, POLICY.requests)
            self.pass_time(pause)
        verdicts = await self.request(rate_limiter, POLICY.requests + 1)
        assert [isinstance(verdict, Allowed) for verdict in verdicts] == [True] * POLICY.requests + [False]

    async def test_users_are_counted_separately(self, rate_limiter: RateLimiter) -> None:
        """The requests of one user don't count for another."""
        await self.request(rate_limiter, POLICY.requests + 5)
        assert await self.request(rate_limiter, POLICY.requests, BEN) == [Allowed()] * POLICY.requests

    async def test_a_reset_ends_the_ban_and_the_count(self, rate_limiter: RateLimiter) -> None:
        """A reset ends the ban and the count. The reset of an unknown user does nothing."""
        await rate_limiter.reset(BEN)
        await self.request(rate_limiter, POLICY.requests + 1)
        await rate_limiter.reset(ANN)
        assert await self.request(rate_limiter, POLICY.requests) == [Allowed()] * POLICY.requests

    async def test_sixty_four_at_once_are_counted_one_by_one(self, rate_limiter: RateLimiter) -> None:
        """Concurrent requests can't exceed the limit, and exactly one of them is the first of the ban."""
        verdicts = await asyncio.gather(*(rate_limiter.check(ANN) for _ in range(64)))
        banned = [verdict for verdict in verdicts if isinstance(verdict, Banned)]
        assert len(banned) == 64 - POLICY.requests
        assert sum(verdict.first for verdict in banned) == 1

    async def test_a_clock_set_back_locks_no_user_out(self, rate_limiter: RateLimiter) -> None:
        """When the clock is set back by more than a ban, the banned user is allowed at once."""
        await self.request(rate_limiter, POLICY.requests + 1)
        self.pass_time(-timedelta(hours=1))
        assert await rate_limiter.check(ANN) == Allowed()
