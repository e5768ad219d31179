"""The outcome of every update is measured once, whatever it is."""

from contextlib import suppress
from typing import Any

from aiogram import Bot

from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.user.user import NoSuchUser, User
from orbit_entry.bot.errors import FAILED
from orbit_entry.bot.parsed_update import MalformedUpdate
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.rate_limit import UpdateRateLimit
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from tests.support.clock import FakeClock
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import GOOD, CountingDispatcher, no_money


class FailingDispatcher(CountingDispatcher):
    """A handler's error was told to the customer."""

    async def feed_update(self, bot: Bot, update: Any, **given: Any) -> Any:
        await super().feed_update(bot, update, **given)
        return FAILED


async def _no_user(tg_id: TelegramId) -> User:
    raise NoSuchUser(tg_id)


async def outcomes(dispatcher: CountingDispatcher, *updates: dict[str, Any]) -> dict[tuple[str, UpdateOutcome], int]:
    """What is measured of *updates* by one processor, which lets three of a user pass."""
    clock, meter, bot = FakeClock(), UpdateMeter(), Bot("123456:" + "a" * 30)
    limit = UpdateRateLimit(MemoryRateLimiter(clock, RateLimitPolicy(requests=3)), clock, _no_user)
    processor = UpdateProcessor(dispatcher, bot, PerUserQueue(), no_money, limit, measure=meter)
    for update in updates:
        with suppress(MalformedUpdate, RetryUpdate):
            await processor.process(update)
    assert sum(meter.within) == len(updates)
    assert meter.seconds >= 0
    return dict(meter.ended)


async def test_each_outcome() -> None:
    """Done, failed in either way, to come again, refused by the limit, and what is no update."""
    message, strange = GOOD["message"], {"update_id": 9, "poll": {}}
    assert await outcomes(CountingDispatcher(), GOOD) == {("message", UpdateOutcome.DONE): 1}
    assert await outcomes(FailingDispatcher(), GOOD) == {("message", UpdateOutcome.FAILED): 1}
    broken = CountingDispatcher(RuntimeError("a bug"), StorageUnavailable("away"), StorageBusy("for a moment"))
    assert await outcomes(broken, GOOD, {**GOOD, "update_id": 8}, {**GOOD, "update_id": 9}) == {
        ("message", UpdateOutcome.FAILED): 1,
        ("message", UpdateOutcome.TO_COME_AGAIN): 1,
        ("message", UpdateOutcome.DONE): 1,
    }
    flood = [{"update_id": number, "message": message} for number in range(5)]
    assert (await outcomes(CountingDispatcher(), *flood))["message", UpdateOutcome.LIMITED] >= 1
    assert await outcomes(CountingDispatcher(), strange) == {("other", UpdateOutcome.MALFORMED): 1}
