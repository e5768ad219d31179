"""The contract of a source whose history is a chain: every gap and every contradiction raises an alarm."""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from orbit_domain.payment.source import Cursor, ResetRefused, ResettableSource, SourceAlarm
from orbit_testing.contracts.receipt_source import ReceiptSourceContract, SourceHarness, deposit_each, read_on


class ChainHarness(SourceHarness, Protocol):
    """A chain account under test, and its faults."""

    source: ResettableSource

    def drop_row(self) -> None:
        """Until healed, leave out a row with later rows behind it. Takes effect at three or more rows."""

    def hide_newest(self) -> None:
        """Until healed, don't show the newest row."""

    def forge(self, position: str) -> str:
        """The same place as *position* with another hash."""

    def beyond(self, position: str) -> str:
        """A place that no transaction has, just before *position*."""


class ChainSourceContract(ReceiptSourceContract):
    """Subclass it and add a fixture `harness`: every test then runs against that chain."""

    @pytest.fixture
    def harness(self) -> ChainHarness:
        """A fresh account without history."""
        raise pytest.UsageError("a chain contract needs a fixture `harness`")

    async def test_the_watermark_never_passes_a_hole(self, harness: ChainHarness) -> None:
        """A missing row stops the reading before it and raises the alarm. Once the row is back, nothing is lost."""
        deposit_each(harness, range(1, 7))
        harness.drop_row()
        before, stopped = await read_on(harness.source, Cursor.start(harness.source.name))
        assert stopped.alarm is SourceAlarm.HOLE
        assert stopped.cursor.watermark is None
        assert [each.amount.units for each in before] == list(range(1, len(before) + 1))
        assert len(before) < 6
        harness.heal()
        after, healed = await read_on(harness.source, stopped.cursor)
        assert [each.amount.units for each in before + after] == list(range(1, 7))
        assert healed.cursor.watermark is not None

    async def test_a_hidden_newest_row_holds_the_watermark(self, harness: ChainHarness) -> None:
        """Links can't show that the very last row is missing; the account's state does."""
        deposit_each(harness, range(1, 3))
        harness.hide_newest()
        before, stopped = await read_on(harness.source, Cursor.start(harness.source.name))
        assert stopped.alarm is SourceAlarm.TAIL_MISMATCH
        assert stopped.cursor.watermark is None
        harness.heal()
        after, _ = await read_on(harness.source, stopped.cursor)
        assert [each.amount.units for each in before + after] == [1, 2]

    async def test_an_unknown_anchor_yields_nothing(self, harness: ChainHarness) -> None:
        """A history without our last transaction is of another network or was rolled back: nothing is read."""
        deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.source, Cursor.start(harness.source.name))
        unknown = replace(last.cursor, position=harness.beyond(last.cursor.position))
        batch = await harness.source.read(unknown)
        assert (batch.alarm, batch.records, batch.complete) == (SourceAlarm.ANCHOR_MISSING, (), False)
        later = replace(unknown, watermark=harness.clock.now() + timedelta(days=29_000))
        assert (await harness.source.read(later)).cursor.watermark is None

    async def test_another_hash_at_our_place_is_a_conflict(self, harness: ChainHarness) -> None:
        """The same place with another hash is never a new payment."""
        deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.source, Cursor.start(harness.source.name))
        forged = replace(last.cursor, position=harness.forge(last.cursor.position))
        batch = await harness.source.read(forged)
        assert (batch.alarm, batch.records, batch.cursor) == (SourceAlarm.HASH_CONFLICT, (), forged)

    async def test_a_reset_goes_back_to_what_is_shown_alike(self, harness: ChainHarness) -> None:
        """From a forged place reading continues at the newest record that is shown with the hash we recorded."""
        deposit_each(harness, range(1, 4))
        records, last = await read_on(harness.source, Cursor.start(harness.source.name))
        forged = replace(last.cursor, position=harness.forge(last.cursor.position))
        reset = await harness.source.plan_reset(forged, records[::-1])
        assert (reset.after.position, reset.unproved) == (records[1].position, None)
        lost = await harness.source.plan_reset(forged, ())
        assert lost.after == Cursor(harness.source.name, last.cursor.position)
        assert lost.unproved is not None

    async def test_a_reset_goes_where_the_owner_says(self, harness: ChainHarness) -> None:
        """It goes to a shown record, says what stays unproved, and refuses one that isn't shown."""
        deposit_each(harness, range(1, 4))
        records, _ = await read_on(harness.source, Cursor.start(harness.source.name))
        first, second, third = records
        at_first = Cursor(harness.source.name, first.position)
        forward = await harness.source.plan_reset(at_first, [first], third.external_id)
        assert (forward.after.position, forward.unproved) == (third.position, (first.external_id, third.external_id))
        back = await harness.source.plan_reset(Cursor(harness.source.name, third.position), records, second.external_id)
        assert (back.after.position, back.unproved) == (second.position, None)
        for nowhere in ("7", str(2**63), "-1", "x"):
            with pytest.raises(ResetRefused):
                await harness.source.plan_reset(at_first, records, nowhere)
