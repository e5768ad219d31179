"""Customers who tap at a steady rate, whether the shop keeps up or not, and how long each waits for the screen."""

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from json import dumps
from time import perf_counter
from typing import Any

from benchmarks.bot_process import BotProcess, is_taken
from benchmarks.past_lives import FIRST_ID, PEOPLE
from benchmarks.quiet_telegram import start, tap
from orbit_adapters.telegram.callbacks import SeeBalance, SeeHome, SeeKeys, SeePlans

NEW_ID = 8_500_000_000
_BUTTONS = [one.pack() for one in (SeeHome(), SeeKeys(), SeeHome(), SeePlans(), SeeHome(), SeeKeys(), SeeBalance())]
_CONNECTIONS, _LAST_S = 16, 20.0
_CHAT = re.compile(rb"chat_id\D+(\d+)")


@dataclass(slots=True)
class Taps:
    """When each tap was due, and how many seconds later its screen came. *unanswered* waited in vain."""

    taken: list[tuple[float, float]] = field(default_factory=list)
    unanswered: int = 0

    def between(self, begin: float, end: float) -> list[float]:
        """How long those waited that were due in this time, in milliseconds."""
        return [took * 1_000 for due, took in self.taken if begin <= due < end]


@asynccontextmanager
async def tapping(bot: BotProcess, customers: int, per_second: int) -> AsyncIterator[Taps]:
    """Tap so often while the block runs: known customers in turn, and a newcomer's /start in every eighth place."""
    taps = Taps()
    crowd = _Crowd(bot, customers, taps)
    bot.stub.on_shown = crowd.shown
    try:
        async with asyncio.TaskGroup() as group:
            senders = [group.create_task(crowd.send()) for _ in range(_CONNECTIONS)]
            clock = group.create_task(crowd.tap_on(per_second))
            yield taps
            clock.cancel()
            await crowd.all_shown()
            for sender in senders:
                sender.cancel()
    finally:
        bot.stub.on_shown = None
        taps.unanswered = crowd.waiting


class _Crowd:
    """What was tapped and isn't answered yet, by the chat in which the answer is awaited."""

    def __init__(self, bot: BotProcess, customers: int, taps: Taps) -> None:
        self._bot = bot
        self._copies = customers // PEOPLE
        self._taps = taps
        self._due: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
        self._sent: defaultdict[int, deque[float]] = defaultdict(deque)
        self.waiting = 0
        self._none_waits = asyncio.Event()

    async def tap_on(self, per_second: int) -> None:
        """One tap after the other when it is due. A slow shop changes nothing of that: its customers don't know."""
        began, number = perf_counter(), 0
        while True:
            number += 1
            due = began + number / per_second
            await asyncio.sleep(max(due - perf_counter(), 0))
            self._due.put_nowait((number, due))
            self.waiting += 1
            self._none_waits.clear()

    async def send(self) -> None:
        """Post what is due, as Telegram does: what wasn't taken again."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._bot.port)
        try:
            while True:
                number, due = await self._due.get()
                chat, update = self._update(number)
                self._sent[chat].append(due)
                body = dumps(update).encode()
                while not await is_taken(reader, writer, body, self._bot.stub):
                    self._bot.stub.sent_again += 1
        finally:
            writer.close()

    def shown(self, call: bytes) -> None:
        """The shop shows something to a customer."""
        found = _CHAT.search(call)
        if found and (sent := self._sent.get(int(found[1]))):
            due = sent.popleft()
            self._taps.taken.append((due, perf_counter() - due))
            self.waiting -= 1
            if not self.waiting:
                self._none_waits.set()

    async def all_shown(self) -> None:
        """Wait for the last ones, not for ever."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._none_waits.wait(), _LAST_S)

    def _update(self, number: int) -> tuple[int, dict[str, Any]]:
        if number % 8 == 0:
            return NEW_ID + number, start(number, NEW_ID + number)
        # Steps without a common factor reach everybody, in no order of the database.
        chat = FIRST_ID + 1_000 * (1 + number * 7919 % self._copies) + number // 2 % PEOPLE
        return chat, tap(number, chat, _BUTTONS[number % len(_BUTTONS)])


def windows(taps: Taps, begin: float, end: float, length_s: float) -> Sequence[list[float]]:
    """The taps of each of the windows of about *length_s* into which that time can be cut."""
    amount = max(int((end - begin) / length_s), 1)
    edges = [begin + (end - begin) * number / amount for number in range(amount + 1)]
    found = [taps.between(first, last) for first, last in pairwise(edges)]
    return [one for one in found if one]
