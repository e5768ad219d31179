"""The one client of Redis: a failure of Redis never raises, and no caller waits long."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from enum import Enum, StrEnum
from typing import NamedTuple, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as NotInTime

from orbit_adapters.redis.breaker import BreakerPolicy, CircuitBreaker, Permit
from orbit_adapters.redis.pipeline import Pipeline
from orbit_adapters.redis.resp import Command, Word
from orbit_adapters.redis.update_reads import UpdateReads, current_reads
from orbit_domain.clock import Clock

TIMEOUT_S = 0.1
LATER_S = 0.01
"""So long a command that nobody waits for stays here, so that it shares the round trip of the next one."""

log = structlog.get_logger()

T = TypeVar("T")
F = TypeVar("F")


class NoAnswer(Enum):
    """Stands for the answer that Redis hasn't given."""

    NO_ANSWER = "no answer"


NO_ANSWER = NoAnswer.NO_ANSWER


class Outcome(StrEnum):
    """The outcome of an operation. *refused* ones were never sent; *corrupt* is counted in addition to *answered*.

    A round trip that failed or timed out is one outcome, however many commands it carried.
    """

    ANSWERED = "answered"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    CORRUPT = "corrupt"


class _Sent(NamedTuple):
    """A command on its way, and the future that gets its answer."""

    command: Command
    permit: Permit
    answer: asyncio.Future[object]


class ResilientRedis:
    """Every operation on Redis goes through here: 100 ms at most, behind a circuit breaker, never an exception.

    Commands that are sent in one turn of the event loop make one round trip. So do those that are sent while another
    one is under way: there is one at a time, and the server gets all commands in their order.
    `counts` holds every outcome for metrics. One warning is logged when the breaker opens, one line when it closes.
    """

    def __init__(
        self,
        redis: Redis,
        clock: Clock,
        name: str = "redis",
        *,
        timeout_s: float = TIMEOUT_S,
        policy: BreakerPolicy | None = None,
    ) -> None:
        self.name = name
        self.timeout_s = timeout_s
        self.counts: Counter[Outcome] = Counter()
        self.pipeline = Pipeline(redis)
        self._redis = redis
        self._clock = clock
        self._breaker = CircuitBreaker(policy or BreakerPolicy())
        self._waiting: list[_Sent] = []
        self._waiting_since = 0.0
        self._round_trips: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    @property
    def is_circuit_open(self) -> bool:
        """Whether the breaker is open: the mode `redis_down`."""
        return self._breaker.is_open

    def send(self, *words: Word) -> asyncio.Future[object]:
        """Send the command *words*. The future gets the answer; `NO_ANSWER` when it fails, times out, or is refused.

        A missing script and a key of another type are answers too: the server is healthy. A command without an answer
        may have been executed nevertheless. A caller that gives up waiting disturbs no other command.
        """
        return self.send_all((words,))[0]

    def send_all(self, commands: Sequence[Command]) -> list[asyncio.Future[object]]:
        """Send *commands* as one operation, so that the breaker permits all of them or none. Otherwise as `send`."""
        answers = self._enqueue(commands)
        if self._waiting and not self._is_under_way:
            self._begin()
        return answers

    def send_later(self, *words: Word) -> asyncio.Future[object]:
        """Send the command *words* with the next one, after `LATER_S` at the latest. Otherwise as `send`.

        Commands keep their order: what is sent after it is executed after it.
        """
        answer = self._enqueue((words,))[0]
        if self._waiting and not self._is_under_way and self._later is None:
            self._later = asyncio.get_running_loop().call_later(LATER_S, self._begin)
        return answer

    @property
    def _is_under_way(self) -> bool:
        return self._round_trips is not None and not self._round_trips.done()

    def _enqueue(self, commands: Sequence[Command]) -> list[asyncio.Future[object]]:
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[object]] = [loop.create_future() for _ in commands]
        permit = self._breaker.try_acquire(self._clock.now())
        if permit is None:
            self.counts[Outcome.REFUSED] += 1
            for answer in answers:
                answer.set_result(NO_ANSWER)
            return answers
        if not self._waiting:
            self._waiting_since = loop.time()
        self._waiting += [_Sent(words, permit, answer) for words, answer in zip(commands, answers, strict=True)]
        return answers

    def _begin(self) -> None:
        """Begin to send what is waiting. Whatever comes in this turn of the event loop goes with it."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._round_trips = asyncio.get_running_loop().create_task(self._run_round_trips())

    def reads_of_update(self, keys: Sequence[bytes] = ()) -> UpdateReads:
        """A block within which no value is read twice; the GETs of *keys* go with its first command."""
        return UpdateReads(self.send_all, keys)

    async def call(self, work: Callable[[Redis], Awaitable[T]], fallback: F) -> T | F:
        """The result of *work*; *fallback* when it fails, times out, or the breaker is open.

        An operation that timed out may have been executed nevertheless.
        """
        permit = self._breaker.try_acquire(self._clock.now())
        if permit is None:
            self.counts[Outcome.REFUSED] += 1
            return fallback
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await work(self._redis)
        except Exception as error:  # No error of the client or the server goes further.
            self._failed(permit, error)
            return fallback
        except asyncio.CancelledError:
            self._breaker.release(permit)
            raise
        self._answered(permit)
        return answer

    async def read(self, key: bytes, decode: Callable[[bytes], T]) -> T | None:
        """The value of *key*. None when it has none, when the breaker is open, or for a corrupt value.

        A corrupt value has another type, or *decode* refuses it with ValueError: it is deleted and counted.
        """
        held = await self._get(key)
        if held is None or held is NO_ANSWER:
            return None
        if (found := _decoded(held, decode)) is not None:
            return found
        self.count_corrupt_value()
        await self.delete(key)
        return None

    async def write(self, key: bytes, value: bytes, ttl_s: int, *, only_if_free: bool = False) -> bool:
        """Set *key* to *value* for *ttl_s* seconds, perhaps only if it has no value; False if that isn't certain."""
        return await self.write_each((key,), value, ttl_s, *(("NX",) if only_if_free else ()))

    def write_later(
        self, key: bytes, value: bytes, ttl_s: int, *, only_if_free: bool = False
    ) -> asyncio.Future[object]:
        """As `write`, with the next command; the future gets `NO_ANSWER` if the write isn't certain."""
        reads = current_reads()
        if reads is not None:
            (reads.remember_if_free if only_if_free else reads.remember)(key, value)
        return self.send_later("SET", key, value, "EX", ttl_s, *(("NX",) if only_if_free else ()))

    async def write_each(self, keys: Collection[bytes], value: bytes, ttl_s: int, *options: str) -> bool:
        """Set every one of *keys* to *value* for *ttl_s* seconds; False if that isn't certain."""
        reads = current_reads()
        if reads is not None:
            reads.forget(*keys)
        answers = self.send_all([("SET", key, value, "EX", ttl_s, *options) for key in keys])
        for key, answer in zip(keys, answers, strict=True):
            if await answer == b"OK" and reads is not None:
                reads.remember(key, value)
        return all(answer.result() is not NO_ANSWER for answer in answers)

    async def delete(self, *keys: bytes) -> bool:
        """Delete *keys*; False if that isn't certain."""
        reads = current_reads()
        if reads is not None:
            reads.forget(*keys)
        is_done = await self.send("UNLINK", *keys) is not NO_ANSWER
        if is_done and reads is not None:
            for key in keys:
                reads.remember(key, None)
        return is_done

    def count_corrupt_value(self) -> None:
        """Count a corrupt value that the caller has removed."""
        self.counts[Outcome.CORRUPT] += 1

    async def check(self) -> bool:
        """Whether Redis answers, for the start of a process and for health."""
        return await self.send("PING") is not NO_ANSWER

    async def close(self) -> None:
        """Send what is still here, and close the connections. Never fails."""
        try:
            async with asyncio.timeout(self.timeout_s):
                if self._later is not None:
                    self._begin()
                if self._round_trips is not None:
                    await asyncio.shield(self._round_trips)
                await self._redis.aclose()
        except Exception as error:  # The process stops anyway.
            log.info("redis_close_failed", client=self.name, error=type(error).__name__)

    async def _get(self, key: bytes) -> object:
        reads = current_reads()
        if reads is None:
            return await self.send("GET", key)
        return await reads.value(key)

    async def _run_round_trips(self) -> None:
        """Send what is waiting, until nothing is."""
        self._waiting_since = asyncio.get_running_loop().time()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._round_trip(batch)

    async def _round_trip(self, batch: Sequence[_Sent]) -> None:
        answers: list[object] = [NO_ANSWER] * len(batch)
        try:
            async with asyncio.timeout_at(self._waiting_since + self.timeout_s):
                answers = await self.pipeline.execute([one.command for one in batch])
        except Exception as error:  # No error of the client or the server goes further.
            # If one of them is the breaker's probe, it is the last.
            self._failed(batch[-1].permit, error)
        finally:
            for one, answer in zip(batch, answers, strict=True):
                judged = self._judged(one.permit, answer)
                if not one.answer.done():  # Its caller may have given up.
                    one.answer.set_result(judged)

    def _judged(self, permit: Permit, answer: object) -> object:
        """*answer*, or `NO_ANSWER` for an error that speaks of the server."""
        if answer is NO_ANSWER:
            self._breaker.release(permit)
        elif isinstance(answer, ResponseError) and not _is_about_data(answer):
            self._failed(permit, answer)
            return NO_ANSWER
        else:
            self._answered(permit)
        return answer

    def _answered(self, permit: Permit) -> None:
        self.counts[Outcome.ANSWERED] += 1
        if self._breaker.record_success(permit):
            log.info("redis_circuit_closed", client=self.name)

    def _failed(self, permit: Permit, error: Exception) -> None:
        self.counts[Outcome.TIMED_OUT if isinstance(error, TimeoutError | NotInTime) else Outcome.FAILED] += 1
        if self._breaker.record_failure(permit, self._clock.now()):
            pause_s = int(self._breaker.policy.pause.total_seconds())
            # The error's message may hold the URL with the password.
            log.warning("redis_circuit_opened", client=self.name, error=type(error).__name__, pause_s=pause_s)


def _is_about_data(error: ResponseError) -> bool:
    """Whether only a script is missing, or a key has another type."""
    return isinstance(error, NoScriptError) or str(error).startswith("WRONGTYPE")


def _decoded(held: object, decode: Callable[[bytes], T]) -> T | None:
    try:
        return decode(held) if isinstance(held, bytes) else None
    except (ValueError, RecursionError):
        return None
