"""The contract of the port `ReceiptSource`: nothing that arrives is lost, read twice, or read in another order."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from orbit_domain.clock import Clock
from orbit_domain.payment.source import Batch, Cursor, ReceiptSource, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import CommentKind, Meaning, SourceRecord

_MAX_READINGS = 50


class SourceHarness(Protocol):
    """The source under test and the controls of its environment. Its batches hold four records at most."""

    source: ReceiptSource
    clock: Clock
    """The shop's clock, which the source under test has too."""

    def deposit(self, units: int, comment: str) -> None:
        """Make *units* with *comment* arrive."""

    def stop_answering(self) -> None:
        """Until healed, fail every request."""

    def run_ahead(self) -> None:
        """Until healed, show times more than a minute later than the shop's clock."""

    def heal(self) -> None:
        """End every fault."""


async def read_on(source: ReceiptSource, cursor: Cursor) -> tuple[list[SourceRecord], Batch]:
    """Read until everything is read or an alarm stops it; the records and the last batch."""
    records: list[SourceRecord] = []
    for _ in range(_MAX_READINGS):
        batch = await source.read(cursor)
        records += batch.records
        cursor = batch.cursor
        if batch.complete or batch.alarm:
            return records, batch
    raise AssertionError("reading came to no end")


class ReceiptSourceContract:
    """Subclass it and add a fixture `harness`: every test then runs against that source."""

    @pytest.fixture
    def harness(self) -> SourceHarness:
        """A fresh source without history."""
        raise pytest.UsageError("a source contract needs a fixture `harness`")

    async def test_an_unused_source_is_completely_known(self, harness: SourceHarness) -> None:
        """A source without history is complete at the first reading."""
        batch = await harness.source.read(Cursor.start(harness.source.name))
        assert (batch.records, batch.complete, batch.alarm) == ((), True, None)
        assert batch.cursor.watermark is not None

    async def test_every_arrival_is_read_once_and_in_order(self, harness: SourceHarness) -> None:
        """Every arrival is read exactly once, oldest first; the cursor stands behind the last one."""
        deposit_each(harness, range(1, 12))
        records, last = await read_on(harness.source, Cursor.start(harness.source.name))
        assert [each.amount.units for each in records] == list(range(1, 12))
        assert [each.comment.text for each in records] == [f"n{units}" for units in range(1, 12)]
        assert {each.meaning for each in records} == {Meaning.DEPOSIT}
        assert {each.comment.kind for each in records} == {CommentKind.TEXT}
        assert {each.source for each in records} == {harness.source.name}
        assert last.cursor.position == records[-1].position
        assert last.cursor.watermark is not None
        assert last.cursor.watermark <= harness.clock.now()

    async def test_nothing_is_read_twice(self, harness: SourceHarness) -> None:
        """Reading from the last cursor returns only new records."""
        deposit_each(harness, range(1, 3))
        _, first = await read_on(harness.source, Cursor.start(harness.source.name))
        assert (await harness.source.read(first.cursor)).records == ()
        deposit_each(harness, range(3, 5))
        records, _ = await read_on(harness.source, first.cursor)
        assert [each.amount.units for each in records] == [3, 4]

    async def test_an_older_cursor_gives_the_same_again(self, harness: SourceHarness) -> None:
        """After a database restore, the same records are read again under the same names, from any position."""
        deposit_each(harness, range(1, 8))
        start = Cursor.start(harness.source.name)
        first, _ = await read_on(harness.source, start)
        again, _ = await read_on(harness.source, start)
        rest, _ = await read_on(harness.source, Cursor(harness.source.name, first[2].position))
        assert again == first
        assert rest == first[3:]
        assert len({each.ref for each in first}) == len(first)

    async def test_more_waits_while_a_batch_is_incomplete(self, harness: SourceHarness) -> None:
        """A batch that didn't reach the end reports it and doesn't move the watermark."""
        deposit_each(harness, range(1, 8))
        batch = await harness.source.read(Cursor.start(harness.source.name))
        assert not batch.complete
        assert batch.alarm is None
        assert batch.cursor.watermark is None
        assert 1 <= len(batch.records) <= 4

    async def test_a_source_with_a_past_starts_from_now(self, harness: SourceHarness) -> None:
        """What arrived before the shop opened is not read; all that comes later is."""
        assert await harness.source.newest() == Cursor.start(harness.source.name)
        deposit_each(harness, range(1, 8))
        cursor = await harness.source.newest()
        assert (await harness.source.read(cursor)).records == ()
        deposit_each(harness, range(8, 10))
        records, last = await read_on(harness.source, cursor)
        assert [each.amount.units for each in records] == [8, 9]
        assert last.cursor.watermark is not None

    async def test_a_time_in_the_future_is_refused(self, harness: SourceHarness) -> None:
        """A time more than a minute ahead is a lie: no records, no watermark, an alarm; later nothing is lost."""
        deposit_each(harness, range(1, 3))
        harness.run_ahead()
        start = Cursor.start(harness.source.name)
        batch = await harness.source.read(start)
        assert batch == Batch((), start, complete=False, alarm=SourceAlarm.TIME_AHEAD)
        with pytest.raises(SourceUnavailable):
            await harness.source.newest()
        harness.heal()
        records, last = await read_on(harness.source, batch.cursor)
        assert [each.amount.units for each in records] == [1, 2]
        assert last.cursor.watermark is not None

    async def test_a_watermark_later_than_now_is_not_believed(self, harness: SourceHarness) -> None:
        """It was never true, so it falls to what is proved now."""
        deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.source, Cursor.start(harness.source.name))
        false = replace(last.cursor, watermark=harness.clock.now() + timedelta(days=29_000))
        assert await harness.source.read(false) == await harness.source.read(last.cursor)

    async def test_an_outage_loses_nothing(self, harness: SourceHarness) -> None:
        """An outage raises SourceUnavailable and loses no record."""
        deposit_each(harness, range(1, 3))
        harness.stop_answering()
        start = Cursor.start(harness.source.name)
        with pytest.raises(SourceUnavailable):
            await harness.source.read(start)
        with pytest.raises(SourceUnavailable):
            await harness.source.newest()
        harness.heal()
        records, _ = await read_on(harness.source, start)
        assert [each.amount.units for each in records] == [1, 2]

    async def test_a_cursor_of_another_source_is_refused(self, harness: SourceHarness) -> None:
        """A cursor of another source raises ValueError."""
        with pytest.raises(ValueError, match="cursor"):
            await harness.source.read(Cursor.start("another:source"))


def deposit_each(harness: SourceHarness, amounts: Iterable[int]) -> None:
    """One deposit of each amount, with the comment `n<amount>`."""
    for units in amounts:
        harness.deposit(units, f"n{units}")
