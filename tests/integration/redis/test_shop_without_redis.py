"""Degraded, not dead: the shop sells and delivers whatever Redis does. Rows of reliability table B.3."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import Outcome
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_domain.user.user import User
from orbit_entry.bot.rate_limit import RateLimitMiddleware
from tests.integration.redis.rig import Line
from tests.integration.telegram.bot_harness import BotHarness, Phone
from tests.support.oracle import ledger_violations
from tests.support.servers.redis_server import RedisServer
from tests.support.shop import Shop
from tests.support.world import COIN, FakeClock, World

# Buyers here tap at one instant of the clock; the limit has tests of its own.
ROOMY = RateLimitPolicy(requests=1_000)


class RedisShop:
    """The whole bot with everything that uses Redis: dialogs, flood limit, node readings."""

    def __init__(self, line: Line, world: World) -> None:
        self.line, self.world = line, world
        clock, door = self.world.clock, line.door
        self.cache = RedisCache(door)
        panels = MemoryPanels(CachedNodes(self.world.panel, self.cache))
        self.shop = Shop(replace(self.world.ports(), panels=panels))
        self.bot_harness = BotHarness(self.shop, self.world)
        self.bot_harness.dispatcher.fsm.storage = RedisDialogs(door, MemoryDialogs(clock))
        rate_limiter = RedisRateLimiter(door, clock, ROOMY, MemoryRateLimiter(clock, ROOMY))
        self.bot_harness.dispatcher.update.outer_middleware(RateLimitMiddleware(rate_limiter, clock, self._find))

    async def _find(self, tg_id: TelegramId) -> User:
        return (await self.shop.show_home(tg_id)).user

    async def buy(self) -> Phone:
        """Somebody comes, chooses, pays with the coin, and looks at the key."""
        phone = self.bot_harness.visitor()
        await phone.write("/start")
        await phone.tap("Купить")
        await phone.tap("buy:sub_1m")
        await phone.tap("pay:")
        self.bot_harness.world.chain.deposit(COIN, phone.copied(2))
        await phone.tap("check:")
        assert "Деньги получены" in phone.text
        await self.shop.work()
        await phone.tap("connect")
        assert "ссылка-подписка" in phone.text
        return phone

    async def type_a_sum(self, phone: Phone) -> str:
        """Balance, own sum, 450: what the bot says then."""
        await phone.write("/balance")
        await phone.tap("Своя сумма")
        return (await phone.write("450")).content.words.text


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock(world: World) -> FakeClock:
    """The doors go by the shop's clock."""
    return world.clock


@pytest.fixture
async def run_process(own: Line, world: World) -> RedisShop:
    """A shop whose Redis may be stopped."""
    shop = RedisShop(own, world)
    await shop.shop.open_doors()
    return shop


@pytest.fixture
async def safe_shop(line: Line, world: World) -> RedisShop:
    """A shop over the session's Redis."""
    shop = RedisShop(line, world)
    await shop.shop.open_doors()
    return shop


async def test_down_at_start_every_purchase_succeeds(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 down at start: all purchases are paid and delivered, dialogs work in memory, Redis is asked three times."""
    await breakable.stop()
    for _ in range(10):
        phone = await run_process.buy()
        assert "TON" in await run_process.type_a_sum(phone)
    assert len(run_process.line.sent) == 3
    await ledger_violations(run_process.world)


async def test_down_in_mid_run_every_purchase_succeeds(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 down in mid-run: Redis dies and comes back between and within purchases; all are paid and delivered."""
    for turn in range(9):
        if turn % 3 == 1:
            await breakable.stop()
        elif turn % 3 == 2:
            await breakable.start()
            run_process.world.clock.advance(seconds=30)
        phone = await run_process.buy()
        assert "TON" in await run_process.type_a_sum(phone)
        assert run_process.line.door.is_shut == (turn % 3 == 1)
    await ledger_violations(run_process.world)


async def test_a_question_asked_before_the_outage_is_asked_again(
    breakable: RedisServer, run_process: RedisShop
) -> None:
    """B.3 dialogs degrade to "start again": a sum typed into a forgotten question is met with the hint."""
    phone = await run_process.buy()
    await phone.write("/balance")
    await phone.tap("Своя сумма")
    await breakable.stop()
    assert "TON" not in (await phone.write("450")).content.words.text
    assert "TON" in await run_process.type_a_sum(phone)


async def test_slow_redis_is_passed_by(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 slow: a hanging Redis costs three time-outs for all purchases together; then nobody waits for it."""
    run_process.line.hurry()
    breakable.pause()
    for _ in range(5):
        await run_process.buy()
    counts = run_process.line.door.counts
    assert (counts[Outcome.TIMED_OUT], counts[Outcome.ANSWERED]) == (3, 0)
    assert counts[Outcome.REFUSED] > 50
    await ledger_violations(run_process.world)


async def test_flushed_at_random_touches_no_invariant(line: Line, safe_shop: RedisShop) -> None:
    """B.3 FLUSHALL: with everything flushed every third operation, what was sold is what was paid and delivered."""
    execute = line.redis.execute_command
    flushing = [0]

    async def flush_sometimes(*words: object, **options: object) -> object:
        flushing[0] += 1
        if flushing[0] % 3 == 0:
            await execute("FLUSHDB")
        return await execute(*words, **options)

    line.redis.execute_command = flush_sometimes  # type: ignore[method-assign]
    for _ in range(5):
        await safe_shop.buy()
    assert flushing[0] > 100
    assert line.door.counts[Outcome.FAILED] == 0
    await ledger_violations(safe_shop.world)


async def test_garbage_everywhere_touches_no_invariant(line: Line, safe_shop: RedisShop) -> None:
    """B.3 wrong type: with every key turned into a list before each operation, all purchases succeed."""
    execute = line.redis.execute_command

    async def spoil(*words: object, **options: object) -> object:
        for key in await execute("KEYS", "*"):
            await execute("DEL", key)
            await execute("RPUSH", key, "garbage")
        return await execute(*words, **options)

    line.redis.execute_command = spoil  # type: ignore[method-assign]
    for _ in range(3):
        await safe_shop.buy()
    assert line.door.counts[Outcome.FAILED] == 0
    assert line.door.counts[Outcome.GARBAGE] > 10
    await ledger_violations(safe_shop.world)
