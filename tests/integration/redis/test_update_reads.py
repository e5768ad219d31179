"""One update: what it reads from Redis is one round trip, and what it has read or written isn't asked for again."""

import asyncio
from typing import Any

from aiogram import Bot
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import DisabledEventIsolation

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import Outcome
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_adapters.telegram.live_menus import LiveMenus
from orbit_domain.cache.ports import CUSTOMER
from orbit_domain.ids import TelegramId
from orbit_domain.user.user import User
from orbit_entry.bot.rate_limit import UpdateRateLimit, person_in
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.shared_reads import SharedReads
from orbit_testing.contracts.rate_limiter import POLICY
from tests.integration.redis.redis_harness import RedisHarness
from tests.support.clock import FakeClock
from tests.support.servers.redis_server import RedisServer

ANNA = TelegramId(7)
BOT = Bot("42:TOKEN")
KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)
CACHED = CUSTOMER.key(ANNA)
CHAT = {"id": 7, "type": "private"}
TAP = {"callback_query": {"id": "1", "from": {"id": 7}, "message": {"chat": CHAT}, "data": "home"}}
START = {"message": {"from": {"id": 7}, "chat": CHAT, "text": "/start"}}


async def unknown(tg_id: TelegramId) -> User:
    """Looks up no user."""
    raise AssertionError(tg_id)


def ephemeral_state(harness: RedisHarness) -> EphemeralState:
    """All that a bot keeps in Redis."""
    client, clock = harness.client, harness.clock
    limiter = RedisRateLimiter(client, clock, POLICY, MemoryRateLimiter(clock, POLICY, maximum=0))
    cache = RedisCache(client)
    return EphemeralState(cache, cache, limiter, limiter, RedisDialogs(client, MemoryDialogs(clock)), client)


def reads_of_update(state: EphemeralState) -> SharedReads:
    """How the bot reads what it keeps in *state*."""
    assert state.client is not None
    return SharedReads(state.client)


async def handle(state: EphemeralState, raw: dict[str, Any], message_id: int | None = None) -> None:
    """What the bot does with Redis for one update: the ban and the screen read the customer, /start sends a menu."""
    with reads_of_update(state)(BOT.id, person_in(raw), with_menu="message" in raw):
        assert state.client is not None
        assert await UpdateRateLimit(state.rate_limiter, FakeClock(), unknown).admits(raw, BOT)
        context = FSMContextMiddleware(state.dialogs, DisabledEventIsolation()).resolve_context(BOT, ANNA, ANNA)
        assert context is not None
        assert await context.get_state() is None
        if await state.cache.get(CACHED) is None:
            await state.cache.put(CACHED, "Anna", 60)
        assert await state.cache.get(CACHED) == "Anna"
        if message_id is not None:
            await LiveMenus(state.dialogs).open(BOT, ANNA, message_id)


async def test_a_tap_is_one_round_trip(harness: RedisHarness) -> None:
    """What an update writes goes to Redis with what the next one reads, or after a hundredth of a second."""
    state = ephemeral_state(harness)
    await state.rate_limiter.check(ANNA)  # The server knows the script from now on.
    harness.round_trips.clear()
    await handle(state, TAP)
    await handle(state, TAP)
    await handle(state, START, message_id=100)
    together = ["MGET", "EVALSHA"]
    assert harness.round_trips == [together, ["SET", *together], together]
    assert state.client is not None
    await state.client.close()
    assert harness.round_trips[3:] == [["SET"]]
    assert await harness.redis.keys("fsm:*") == [b"fsm:42:7:7:::menu:data"]


async def test_what_the_update_writes_is_what_it_reads(harness: RedisHarness) -> None:
    """Within an update each write replaces what was read before it, without another question; so does a drop."""
    state = ephemeral_state(harness)
    cache, dialogs = state.cache, state.dialogs
    with reads_of_update(state)(BOT.id, ANNA):
        assert (await cache.get(CACHED), await dialogs.get_state(KEY), await dialogs.get_data(KEY)) == (None, None, {})
        await cache.put(CACHED, "Anna", 60)
        await dialogs.set_state(KEY, "question")
        await dialogs.set_data(KEY, {"rows": [1]})
        (await dialogs.get_data(KEY))["rows"].append(2)
        harness.sent_since()
        assert (await cache.get(CACHED), await dialogs.get_state(KEY)) == ("Anna", "question")
        assert await dialogs.get_data(KEY) == {"rows": [1]}
        assert harness.sent_since() == []
        await cache.drop(CACHED)
        await cache.put(CACHED, "Anna before", 60)
        await dialogs.set_state(KEY)
        await dialogs.set_data(KEY, {})
        harness.sent_since()
        assert (await cache.get(CACHED), await dialogs.get_state(KEY), await dialogs.get_data(KEY)) == (None, None, {})
        assert harness.sent_since() == ["GET"]  # The value that was put wasn't taken, so the cache knows better.
    assert (await cache.get(CACHED), await dialogs.get_state(KEY), await dialogs.get_data(KEY)) == (None, None, {})


async def test_a_value_that_another_process_put_first_counts(harness: RedisHarness) -> None:
    """What wasn't stored because the key had a value is seen in this update alone."""
    state = ephemeral_state(harness)
    with reads_of_update(state)(BOT.id, ANNA):
        assert await state.cache.get(CACHED) is None
        await harness.redis.set(CACHED, b"orbit1\nfirst")
        await state.cache.put(CACHED, "second", 60)
        assert await state.cache.get(CACHED) == "second"
    with reads_of_update(state)(BOT.id, ANNA):
        assert await state.cache.get(CACHED) == "first"


async def test_nothing_is_remembered_after_the_update(harness: RedisHarness) -> None:
    """The next update, other code, and a task that an update left behind all read what is there now."""
    state = ephemeral_state(harness)
    go_on = asyncio.Event()

    async def left_behind() -> list[str | None]:
        seen = [await state.cache.get(CACHED)]
        await go_on.wait()
        for text in (b"second", b"third"):
            await harness.redis.set(CACHED, b"orbit1\n" + text)
            seen.append(await state.cache.get(CACHED))
        return seen

    await state.cache.put(CACHED, "first", 60)
    with reads_of_update(state)(BOT.id, ANNA):
        assert await state.cache.get(CACHED) == "first"
        task = asyncio.ensure_future(left_behind())
        await asyncio.sleep(0)
    go_on.set()
    assert await task == ["first", "second", "third"]
    assert await state.cache.get(CACHED) == "third"
    with reads_of_update(state)(BOT.id, ANNA):
        assert await state.cache.get(CACHED) == "third"


async def test_one_reader_that_gives_up_leaves_the_answer_to_the_others(harness: RedisHarness) -> None:
    """Readers within an update share a question, but not each other's cancellation."""
    state = ephemeral_state(harness)
    await state.cache.put(CACHED, "Anna", 60)
    with reads_of_update(state)(BOT.id, ANNA):
        impatient, patient = (asyncio.ensure_future(state.cache.get(CACHED)) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == "Anna"
        assert impatient.cancelled()


async def test_an_outage_is_met_once_an_update(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """What can't be read isn't asked for again in the same update; what is written meanwhile is kept all the same."""
    state = ephemeral_state(own_harness)
    await breakable.stop()
    with reads_of_update(state)(BOT.id, ANNA):
        for _ in range(3):
            assert (await state.dialogs.get_state(KEY), await state.cache.get(CACHED)) == (None, None)
        await state.dialogs.set_state(KEY, "question")
        assert await state.dialogs.get_state(KEY) == "question"
    # The reads of the update, the write, and the attempt to copy it to Redis when it is read.
    assert own_harness.client.counts == {Outcome.FAILED: 3}
