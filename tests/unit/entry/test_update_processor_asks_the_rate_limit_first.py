"""A banned user's flood costs no parsing, and an update that comes again isn't counted again."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update

from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.payment.inbox import MoneyUpdate
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_domain.storage import StorageUnavailable
from orbit_domain.user.user import NoSuchUser, User
from orbit_entry.bot import update_processor
from orbit_entry.bot.parsed_update import MalformedUpdate, parsed_update
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.rate_limit import UpdateRateLimit
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from tests.support.clock import FakeClock
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import GOOD, CountingDispatcher
from tests.unit.entry.test_updates_of_money import AlwaysBanned

REQUESTS = 3


class LimitedBot:
    """A processor whose users may send three requests. `limit.counts` tells what became of them."""

    def __init__(self, *errors: Exception, rate_limiter: Any = None) -> None:
        clock = FakeClock()
        limiter = rate_limiter or MemoryRateLimiter(clock, RateLimitPolicy(requests=REQUESTS))
        self.limit = UpdateRateLimit(limiter, clock, _no_user)
        self.dispatcher = CountingDispatcher(*errors)
        bot = Bot("123456:" + "a" * 30)
        self.processor = UpdateProcessor(self.dispatcher, bot, PerUserQueue(), _no_money, self.limit)


async def _no_user(tg_id: TelegramId) -> User:
    raise NoSuchUser(tg_id)


async def _no_money(update: MoneyUpdate) -> bool:
    raise AssertionError("no update here speaks of money")


def numbered(number: int, **message: Any) -> dict[str, Any]:
    """An update of the same user."""
    return {"update_id": number, "message": {**GOOD["message"], **message}}


async def test_updates_during_a_ban_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A banned user's updates are refused by the sender's id alone, so even one that can't be parsed is."""
    parsed: list[object] = []

    def counted(raw: Any, bot: Bot) -> Update:
        parsed.append(raw["update_id"])
        return parsed_update(raw, bot)

    monkeypatch.setattr(update_processor, "parsed_update", counted)
    banned, free = LimitedBot(rate_limiter=AlwaysBanned()), LimitedBot()
    broken = numbered(8, date="no time", chat={"id": 5, "type": "private"})
    for raw in (GOOD, broken):
        await banned.processor.process(raw)
    assert (parsed, banned.dispatcher.handled) == ([], [])
    assert banned.limit.counts == {"ignored": 2}
    await free.processor.process(GOOD)
    with pytest.raises(MalformedUpdate):
        await free.processor.process(broken)
    assert parsed == [7, 8]


async def test_an_update_that_comes_again_is_counted_once() -> None:
    """While the storage is away an update comes again and again: that doesn't ban its user."""
    bot = LimitedBot(*(StorageUnavailable("down") for _ in range(20)))
    for _ in range(20):
        with pytest.raises(RetryUpdate):
            await bot.processor.process(GOOD)
    await bot.processor.process(GOOD)
    assert bot.dispatcher.handled == [7]
    assert bot.limit.counts == {"admitted": 1}
    for number in range(8, 7 + REQUESTS):
        await bot.processor.process(numbered(number))
    assert bot.limit.counts["admitted"] == REQUESTS


async def test_a_limit_that_fails_loses_no_update() -> None:
    """A bug of the limit is logged, and the update is handled."""

    class Broken(AlwaysBanned):
        async def check(self, tg_id: TelegramId) -> Any:
            raise RuntimeError("a bug")

    bot = LimitedBot(rate_limiter=Broken())
    await bot.processor.process(GOOD)
    assert bot.dispatcher.handled == [7]


async def test_updates_of_no_person_are_passed_on() -> None:
    """What the limit doesn't count reaches the dispatcher, as without a limit."""
    bot = LimitedBot(rate_limiter=AlwaysBanned())
    await bot.processor.process(numbered(7, chat={"id": -5, "type": "group", "title": "Talk"}))
    await bot.processor.process({"update_id": 8})
    assert bot.dispatcher.handled == [7, 8]
