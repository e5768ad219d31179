"""Polling: one update that must wait holds up no other, and no update is answered twice because of it."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from aiogram import Bot

from orbit_entry.bot import polling as polling_module
from orbit_entry.bot.polling import Polling
from orbit_entry.bot.update_processor import RetryUpdate


class Processor:
    """Handles updates; those in `waiting` must come again."""

    def __init__(self, *waiting: int) -> None:
        self.waiting = set(waiting)
        self.handled: list[Any] = []
        self.tried: Counter[Any] = Counter()

    async def process_or_skip(self, raw: Any) -> None:
        number = raw.get("update_id")
        self.tried[number] += 1
        if number in self.waiting:
            raise RetryUpdate
        self.handled.append(number)


class Telegram(Polling):
    """Polling of a Telegram that knows getUpdates by heart: updates before the offset are forgotten.

    It stops after *turns* batches. `offsets` are what it was asked for.
    """

    def __init__(self, processor: Any, updates: list[Any], turns: int) -> None:
        super().__init__(Bot("123456:" + "a" * 30), processor, asyncio.Event())
        self.updates, self.turns, self.offsets = updates, turns, []
        self.confirmed: int | None = None

    async def _fetch(self, offset: int | None) -> list[Any]:
        self.offsets.append(offset)
        if len(self.offsets) >= self.turns:
            self.stop.set()
        self.between_turns()
        return [one for one in self.updates if offset is None or one.get("update_id", offset) >= offset][:100]

    def between_turns(self) -> None:
        """What happens before a batch is returned."""

    async def _confirm(self, offset: int | None) -> None:
        self.confirmed = offset


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits between two turns."""

    async def at_once(seconds: float, stop: asyncio.Event) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(polling_module, "sleep_or_stop", at_once)


def numbered(*numbers: int) -> list[Any]:
    """Updates of these numbers."""
    return [{"update_id": number} for number in numbers]


async def test_the_others_are_answered_once() -> None:
    """While one update must wait, the others of its batch are handled once, however often the batch comes."""
    processor = Processor(7)
    telegram = Telegram(processor, numbered(*range(1, 11)), turns=5)
    await telegram.run()
    assert Counter(processor.handled) == Counter({number: 1 for number in range(1, 11) if number != 7})
    assert processor.tried[7] == 5


async def test_the_offset_never_passes_an_update_that_waits() -> None:
    """What is before the first waiting update is acknowledged, and it itself isn't, not even at the end."""
    telegram = Telegram(Processor(7, 9), numbered(*range(1, 11)), turns=3)
    await telegram.run()
    assert telegram.offsets == [None, 7, 7]
    assert telegram.confirmed == 7


async def test_a_waiting_update_is_done_in_the_end() -> None:
    """As soon as it can be handled it is, once, and everything is acknowledged; new updates come meanwhile."""
    processor = Processor(7)

    class Recovering(Telegram):
        def between_turns(self) -> None:
            if len(self.offsets) == 2:
                self.updates += numbered(11, 12)
            if len(self.offsets) == 3:
                processor.waiting.clear()

    telegram = Recovering(processor, numbered(*range(1, 11)), turns=4)
    await telegram.run()
    assert sorted(processor.handled) == list(range(1, 13))
    assert processor.handled.index(12) < processor.handled.index(7)
    assert (telegram.confirmed, telegram._done) == (13, set())


async def test_numbers_may_start_anew() -> None:
    """After a week of silence Telegram may choose smaller numbers: what was done earlier hides none of them."""
    processor = Processor()
    telegram = Telegram(processor, numbered(500, 501), turns=1)
    await telegram.run()
    assert await telegram._handled(numbered(500, 3)) is True
    assert processor.handled == [500, 501, 500, 3]


async def test_an_update_without_a_number_moves_no_offset() -> None:
    """It can't be acknowledged by itself, and it acknowledges nothing else."""
    telegram = Telegram(Processor(), [{"x": 1}], turns=2)
    await telegram.run()
    assert telegram.offsets == [None, None]
