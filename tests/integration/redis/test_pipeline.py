"""Commands of one turn of the event loop make one round trip, and no caller ever gets another one's answer."""

import asyncio
import random

from orbit_adapters.redis.client import NO_ANSWER, TIMEOUT_S, Outcome
from orbit_adapters.redis.resp import Word
from tests.integration.redis.late_server import bulk, late_server
from tests.integration.redis.redis_harness import GENEROUS_TIMEOUT_S, RedisHarness
from tests.support.clock import FakeClock
from tests.support.servers.redis_server import RedisServer


async def ask(harness: RedisHarness, *words: Word) -> object:
    """The answer to one command."""
    return await harness.client.send(*words)


async def test_one_turn_is_one_round_trip_and_each_command_has_its_outcome(harness: RedisHarness) -> None:
    """Callers of one turn share a round trip in their order; one's error is neither the others' nor their failure."""
    answers = await asyncio.gather(
        ask(harness, "SET", "key", "1"),
        ask(harness, "INCR", "key"),
        ask(harness, "LPUSH", "key", "x"),
        ask(harness, "EVALSHA", "0" * 40, 0),
        ask(harness, "NONSENSE"),
        ask(harness, "GET", "key"),
    )
    assert harness.round_trips == [["SET", "INCR", "LPUSH", "EVALSHA", "NONSENSE", "GET"]]
    wrong_type, no_script = answers[2:4]
    assert str(wrong_type).startswith("WRONGTYPE")
    assert type(no_script).__name__ == "NoScriptError"
    assert [*answers[:2], *answers[4:]] == [b"OK", 2, NO_ANSWER, b"2"]
    assert harness.client.counts == {Outcome.ANSWERED: 5, Outcome.FAILED: 1}


async def test_answers_are_each_callers_own_whoever_gives_up(harness: RedisHarness) -> None:
    """Five hundred callers in random turns, a third of which are cancelled at random: the others get their values."""
    chance = random.Random(7)
    assert all([await harness.client.write(b"key %d" % number, b"%d" % number, 60) for number in range(50)])

    async def get(number: int) -> bool:
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        return await harness.client.send("GET", b"key %d" % number) == b"%d" % number

    callers = [asyncio.ensure_future(get(chance.randrange(50))) for _ in range(500)]
    for caller in callers:
        if chance.random() < 0.3:
            await asyncio.sleep(0)
            caller.cancel()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert {end if isinstance(end, bool) else type(end) for end in ends} == {True, asyncio.CancelledError}
    assert await harness.client.send("GET", "key 3") == b"3"
    assert not harness.client.counts[Outcome.FAILED]


async def test_what_comes_meanwhile_goes_next(clock: FakeClock) -> None:
    """While a round trip is under way others wait, and then go together, in order; one that was cancelled goes too."""
    async with late_server() as server:
        harness = RedisHarness(server.url, clock)
        first = harness.client.send("GET", "a")
        connection = await server.next(b"GET", b"a")
        second, third = harness.client.send("GET", "b"), harness.client.send("GET", "c")
        await asyncio.sleep(0)
        fourth = harness.client.send("GET", "d")
        second.cancel()
        assert server.asked.empty()
        connection.write(bulk(b"1"))
        for name in (b"b", b"c", b"d"):
            assert await server.next(b"GET", name) is connection
        connection.write(bulk(b"2") + bulk(b"3") + bulk(b"4"))
        assert [await first, await third, await fourth] == [b"1", b"3", b"4"]
        assert harness.round_trips == [["GET"], ["GET"] * 3]
        await harness.client.close()


async def test_a_late_answer_reaches_nobody(clock: FakeClock) -> None:
    """A round trip that ends before its last answer is whole has no answers; the rest isn't the next one's."""
    async with late_server() as server:
        harness = RedisHarness(server.url, clock)
        answers = bulk(b"of a") + bulk(b"of b")
        for number, in_time in enumerate((0, len(bulk(b"of a")), len(answers) - 3)):
            harness.client.timeout_s = TIMEOUT_S
            lost = [harness.client.send("GET", "a"), harness.client.send("GET", "b")]
            late = await server.next(b"GET", b"a")
            assert await server.next(b"GET", b"b") is late
            late.write(answers[:in_time])
            assert [await answer for answer in lost] == [NO_ANSWER] * 2
            clock.advance(seconds=30)
            harness.client.timeout_s = GENEROUS_TIMEOUT_S
            kept = harness.client.send("GET", "c")
            connection = await server.next(b"GET", b"c")
            assert connection is not late
            late.write(answers[in_time:])
            connection.write(bulk(b"of c"))
            assert await kept == b"of c"
            assert harness.client.counts[Outcome.TIMED_OUT] == number + 1
        await harness.client.close()


async def test_more_answers_than_commands_reach_nobody(clock: FakeClock) -> None:
    """Which of them is the command's can't be known, so none is taken, and the connection isn't used again."""
    async with late_server() as server:
        harness = RedisHarness(server.url, clock)
        lost = harness.client.send("GET", "a")
        odd = await server.next(b"GET", b"a")
        odd.write(bulk(b"of whom?") + bulk(b"of a"))
        assert await lost is NO_ANSWER
        kept = harness.client.send("GET", "b")
        connection = await server.next(b"GET", b"b")
        assert connection is not odd
        # In two pieces, the second of which may well come later.
        connection.write(bulk(b"x" * 70_000)[:5])
        connection.write(bulk(b"x" * 70_000)[5:])
        assert await kept == b"x" * 70_000
        await harness.client.close()


async def test_a_connection_that_the_server_closed_costs_nothing(harness: RedisHarness) -> None:
    """A server that closes what is idle is no failure: the next command opens another connection."""
    for _ in range(10):
        assert await harness.client.check()
        await harness.redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert harness.client.counts == {Outcome.ANSWERED: 10}


async def test_three_failed_round_trips_open_the_breaker(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """However many commands a round trip carries, it fails once; after the pause one operation is the probe."""
    await breakable.stop()
    for failures in (1, 2, 3):
        assert not own_harness.client.is_circuit_open
        sent = [own_harness.client.send("PING") for _ in range(5)]
        assert [await answer for answer in sent] == [NO_ANSWER] * 5
        assert own_harness.client.counts == {Outcome.FAILED: failures}
    assert own_harness.client.is_circuit_open
    await breakable.start()
    own_harness.clock.advance(seconds=30)
    probe, other = own_harness.client.send_all((["PING"], ["PING"])), own_harness.client.send("PING")
    assert [await answer for answer in (*probe, other)] == [b"PONG", b"PONG", NO_ANSWER]
    assert not own_harness.client.is_circuit_open
