"""The shop sells and delivers in every state of Redis. Rows of reliability table B.3."""

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
from orbit_entry.bot.rate_limit import UpdateRateLimit
from tests.integration.redis.redis_harness import RedisHarness
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.clock import FakeClock
from tests.support.invariants import check_ledger
from tests.support.servers.redis_server import RedisServer
from tests.support.shop import Shop
from tests.support.world import COIN, World

# Buyers here tap at one instant of the clock; the limit has tests of its own_harness.
ROOMY = RateLimitPolicy(requests=1_000)


class RedisShop:
    """The whole bot with everything that uses Redis: dialogs, rate limiter, node readings."""

    def __init__(self, harness: RedisHarness, world: World) -> None:
        self.harness, self.world = harness, world
        clock, client = self.world.clock, harness.client
        self.cache = RedisCache(client)
        panels = MemoryPanels(CachedNodes(self.world.panel, self.cache))
        self.shop = Shop(replace(self.world.ports(), panels=panels))
        self.bot_harness = BotHarness(self.shop, self.world)
        self.bot_harness.dispatcher.fsm.storage = RedisDialogs(client, MemoryDialogs(clock))
        rate_limiter = RedisRateLimiter(client, clock, ROOMY, MemoryRateLimiter(clock, ROOMY))
        self.bot_harness.rate_limit = UpdateRateLimit(rate_limiter, clock, self._find)

    async def _find(self, tg_id: TelegramId) -> User:
        return (await self.shop.show_home(tg_id)).user

    async def buy(self) -> ChatUser:
        """A new customer chooses a plan, pays in TON, and opens the key."""
        phone = self.bot_harness.new_user()
        await phone.write("/start")
        await phone.tap("Купить")
        await phone.tap("buy:sub_1m")
        await phone.tap("pay:")
        self.bot_harness.world.chain.deposit(COIN, phone.copied(2))
        await phone.tap("check:")
        assert "Деньги получены" in phone.text
        await self.shop.work()
        await phone.tap("connect")
        assert "ссылка на подписку" in phone.text
        return phone

    async def type_an_amount(self, phone: ChatUser) -> str:
        """Balance, custom amount, 450: the bot's answer."""
        await phone.write("/balance")
        await phone.tap("Своя сумма")
        return (await phone.write("450")).content.words.text


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock(world: World) -> FakeClock:
    """The Redis clients use the shop's clock."""
    return world.clock


@pytest.fixture
async def run_process(own_harness: RedisHarness, world: World) -> RedisShop:
    """A shop whose Redis may be stopped."""
    shop = RedisShop(own_harness, world)
    await shop.shop.open()
    return shop


@pytest.fixture
async def safe_shop(harness: RedisHarness, world: World) -> RedisShop:
    """A shop over the session's Redis."""
    shop = RedisShop(harness, world)
    await shop.shop.open()
    return shop


async def test_down_at_start_every_purchase_succeeds(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 down at start: all purchases are paid and delivered, dialogs work in memory, Redis gets three commands."""
    await breakable.stop()
    for _ in range(10):
        phone = await run_process.buy()
        assert "TON" in await run_process.type_an_amount(phone)
    assert len(run_process.harness.sent) == 3
    await check_ledger(run_process.world)


async def test_down_in_mid_run_every_purchase_succeeds(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 down in mid-run: Redis dies and comes back between and within purchases; all are paid and delivered."""
    for number in range(9):
        if number % 3 == 1:
            await breakable.stop()
        elif number % 3 == 2:
            await breakable.start()
            run_process.world.clock.advance(seconds=30)
        phone = await run_process.buy()
        assert "TON" in await run_process.type_an_amount(phone)
        assert run_process.harness.client.is_circuit_open == (number % 3 == 1)
    await check_ledger(run_process.world)


async def test_a_question_asked_before_the_outage_is_asked_again(
    breakable: RedisServer, run_process: RedisShop
) -> None:
    """B.3 dialogs degrade to "start again": an amount typed into a lost dialog is answered with the hint."""
    phone = await run_process.buy()
    await phone.write("/balance")
    await phone.tap("Своя сумма")
    await breakable.stop()
    assert "TON" not in (await phone.write("450")).content.words.text
    assert "TON" in await run_process.type_an_amount(phone)


async def test_slow_redis_is_skipped(breakable: RedisServer, run_process: RedisShop) -> None:
    """B.3 slow: a hanging Redis costs three timeouts for all purchases together; then no operation waits for it."""
    run_process.harness.use_short_timeout()
    breakable.pause()
    for _ in range(5):
        await run_process.buy()
    counts = run_process.harness.client.counts
    assert (counts[Outcome.TIMED_OUT], counts[Outcome.ANSWERED]) == (3, 0)
    assert counts[Outcome.REFUSED] > 50
    await check_ledger(run_process.world)


async def test_flushed_at_random_touches_no_invariant(harness: RedisHarness, safe_shop: RedisShop) -> None:
    """B.3 FLUSHALL: with everything flushed every third operation, what was sold is what was paid and delivered."""
    flushing = [0]

    async def flush_sometimes() -> None:
        flushing[0] += 1
        if flushing[0] % 3 == 0:
            await harness.redis.flushdb()

    harness.before_each = flush_sometimes
    for _ in range(8):
        await safe_shop.buy()
    assert flushing[0] > 100
    assert harness.client.counts[Outcome.FAILED] == 0
    await check_ledger(safe_shop.world)


async def test_corrupt_values_everywhere_touch_no_invariant(harness: RedisHarness, safe_shop: RedisShop) -> None:
    """B.3 wrong type: with every key turned into a list before each operation, all purchases succeed."""

    async def spoil() -> None:
        for key in await harness.redis.keys("*"):
            await harness.redis.delete(key)
            await harness.redis.rpush(key, "corrupt")

    harness.before_each = spoil
    for _ in range(3):
        await safe_shop.buy()
    assert harness.client.counts[Outcome.FAILED] == 0
    assert harness.client.counts[Outcome.CORRUPT] > 10
    await check_ledger(safe_shop.world)
