"""The contract of the port `Chain`: no transfer is lost or read twice, and every gap raises an alarm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from orbit_domain.clock import Clock
from orbit_domain.payment.ports import Chain, ChainUnavailable
from orbit_domain.payment.transfer import CommentKind, Cursor, Scan, ScanAlarm, Transfer, TransferClass

_MAX_SCANS = 50


class ChainHarness(Protocol):
    """The chain under test and the controls of its environment. Its scans return four transfers at most."""

    chain: Chain
    clock: Clock
    """The shop's clock, which the chain under test has too."""

    def deposit(self, units: int, comment: str) -> None:
        """Make a transfer of *units* with *comment* arrive."""

    def drop_row(self) -> None:
        """Until healed, leave out a row with later rows behind it. Takes effect at three or more rows."""

    def hide_newest(self) -> None:
        """Until healed, don't show the newest row."""

    def stop_answering(self) -> None:
        """Until healed, fail every request."""

    def run_ahead(self) -> None:
        """Until healed, show times more than a minute later than the shop's clock."""

    def heal(self) -> None:
        """End every fault."""


async def read_on(chain: Chain, cursor: Cursor) -> tuple[list[Transfer], Scan]:
    """Scan until everything is read or an alarm stops it; the transfers and the last scan."""
    transfers: list[Transfer] = []
    for _ in range(_MAX_SCANS):
        scan = await chain.scan(cursor)
        transfers += scan.transfers
        cursor = scan.cursor
        if scan.complete or scan.alarm:
            return transfers, scan
    raise AssertionError("scanning came to no end")


class ChainContract:
    """Subclass it and add a fixture `harness`: every test then runs against that chain."""

    @pytest.fixture
    def harness(self) -> ChainHarness:
        """A fresh account without history."""
        raise pytest.UsageError("a chain contract needs a fixture `harness`")

    async def test_an_unused_account_is_completely_known(self, harness: ChainHarness) -> None:
        """An account without transactions is complete at the first scan."""
        scan = await harness.chain.scan(Cursor.start(harness.chain.source))
        assert (scan.transfers, scan.complete, scan.alarm) == ((), True, None)
        assert scan.cursor.watermark is not None

    async def test_every_transfer_is_read_once_and_in_order(self, harness: ChainHarness) -> None:
        """Every transfer is read exactly once, oldest first, linked to the one before."""
        _deposit_each(harness, range(1, 12))
        transfers, last = await read_on(harness.chain, Cursor.start(harness.chain.source))
        assert [each.amount_units for each in transfers] == list(range(1, 12))
        assert [each.comment.text for each in transfers] == [f"n{units}" for units in range(1, 12)]
        assert {each.kind for each in transfers} == {TransferClass.DEPOSIT}
        assert {each.comment.kind for each in transfers} == {CommentKind.TEXT}
        links = [(each.prev_lt, each.prev_hash) for each in transfers]
        assert links == [(0, "0" * 64), *((each.lt, each.tx_hash) for each in transfers[:-1])]
        assert (last.cursor.lt, last.cursor.tx_hash) == (transfers[-1].lt, transfers[-1].tx_hash)
        assert last.cursor.watermark is not None
        assert last.cursor.watermark <= harness.clock.now()

    async def test_nothing_is_read_twice(self, harness: ChainHarness) -> None:
        """A scan from the last cursor returns only new transfers."""
        _deposit_each(harness, range(1, 3))
        _, first = await read_on(harness.chain, Cursor.start(harness.chain.source))
        assert (await harness.chain.scan(first.cursor)).transfers == ()
        _deposit_each(harness, range(3, 5))
        transfers, _ = await read_on(harness.chain, first.cursor)
        assert [each.amount_units for each in transfers] == [3, 4]

    async def test_an_older_cursor_gives_the_same_again(self, harness: ChainHarness) -> None:
        """After a database restore, the same transfers are read again with the same references."""
        _deposit_each(harness, range(1, 8))
        start = Cursor.start(harness.chain.source)
        first, _ = await read_on(harness.chain, start)
        again, _ = await read_on(harness.chain, start)
        middle = Cursor(harness.chain.source, first[2].lt, first[2].tx_hash)
        rest, _ = await read_on(harness.chain, middle)
        assert again == first
        assert rest == first[3:]
        assert len({each.reference for each in first}) == len(first)

    async def test_more_waits_while_a_scan_is_incomplete(self, harness: ChainHarness) -> None:
        """A scan that didn't reach the end reports it and doesn't move the watermark."""
        _deposit_each(harness, range(1, 8))
        scan = await harness.chain.scan(Cursor.start(harness.chain.source))
        assert not scan.complete
        assert scan.alarm is None
        assert scan.cursor.watermark is None
        assert 1 <= len(scan.transfers) <= 4

    async def test_the_watermark_never_passes_a_hole(self, harness: ChainHarness) -> None:
        """A missing row stops the scan before it and raises the alarm. Once the row is back, nothing is lost."""
        _deposit_each(harness, range(1, 7))
        harness.drop_row()
        before, stopped = await read_on(harness.chain, Cursor.start(harness.chain.source))
        assert stopped.alarm is ScanAlarm.HOLE
        assert stopped.cursor.watermark is None
        assert [each.amount_units for each in before] == list(range(1, len(before) + 1))
        assert len(before) < 6
        harness.heal()
        after, healed = await read_on(harness.chain, stopped.cursor)
        assert [each.amount_units for each in before + after] == list(range(1, 7))
        assert healed.cursor.watermark is not None

    async def test_a_hidden_newest_row_holds_the_watermark(self, harness: ChainHarness) -> None:
        """Links can't show that the very last row is missing; the account's state does."""
        _deposit_each(harness, range(1, 3))
        harness.hide_newest()
        before, stopped = await read_on(harness.chain, Cursor.start(harness.chain.source))
        assert stopped.alarm is ScanAlarm.TAIL_MISMATCH
        assert stopped.cursor.watermark is None
        harness.heal()
        after, _ = await read_on(harness.chain, stopped.cursor)
        assert [each.amount_units for each in before + after] == [1, 2]

    async def test_an_unknown_anchor_yields_nothing(self, harness: ChainHarness) -> None:
        """A history without our last transaction is of another network or was rolled back: nothing is read."""
        _deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.chain, Cursor.start(harness.chain.source))
        scan = await harness.chain.scan(replace(last.cursor, lt=last.cursor.lt - 1))
        assert scan.alarm is ScanAlarm.ANCHOR_MISSING
        assert scan.transfers == ()
        assert not scan.complete

    async def test_another_hash_at_our_place_is_a_conflict(self, harness: ChainHarness) -> None:
        """The same lt with another hash is never a new payment."""
        _deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.chain, Cursor.start(harness.chain.source))
        forged = replace(last.cursor, tx_hash="ab" * 32)
        scan = await harness.chain.scan(forged)
        assert (scan.alarm, scan.transfers, scan.cursor) == (ScanAlarm.HASH_CONFLICT, (), forged)

    async def test_an_account_with_a_past_starts_from_now(self, harness: ChainHarness) -> None:
        """Transfers from before the shop opened are not read; all later ones are."""
        assert await harness.chain.newest() == Cursor.start(harness.chain.source)
        _deposit_each(harness, range(1, 8))
        cursor = await harness.chain.newest()
        assert (await harness.chain.scan(cursor)).transfers == ()
        _deposit_each(harness, range(8, 10))
        transfers, last = await read_on(harness.chain, cursor)
        assert [each.amount_units for each in transfers] == [8, 9]
        assert last.cursor.watermark is not None

    async def test_a_position_is_shown_as_it_is_now(self, harness: ChainHarness) -> None:
        """The position of a shown transaction has its hash; one that isn't shown has none; lt 0 is the beginning."""
        _deposit_each(harness, range(1, 4))
        transfers, _ = await read_on(harness.chain, Cursor.start(harness.chain.source))
        second = transfers[1]
        assert await harness.chain.position(second.lt) == Cursor(harness.chain.source, second.lt, second.tx_hash)
        assert await harness.chain.position(second.lt + 1) is None
        assert await harness.chain.position(2**63) is None
        assert await harness.chain.position(0) == Cursor.start(harness.chain.source)

    async def test_a_time_in_the_future_is_refused(self, harness: ChainHarness) -> None:
        """A time more than a minute ahead is a lie: no transfers, no watermark, an alarm; later nothing is lost."""
        _deposit_each(harness, range(1, 3))
        harness.run_ahead()
        start = Cursor.start(harness.chain.source)
        scan = await harness.chain.scan(start)
        assert scan == Scan((), start, complete=False, alarm=ScanAlarm.TIME_AHEAD)
        with pytest.raises(ChainUnavailable):
            await harness.chain.newest()
        harness.heal()
        transfers, last = await read_on(harness.chain, scan.cursor)
        assert [each.amount_units for each in transfers] == [1, 2]
        assert last.cursor.watermark is not None

    async def test_a_watermark_later_than_now_is_not_believed(self, harness: ChainHarness) -> None:
        """It was never true, so it falls to what is proved now; while nothing is proved, nothing is covered."""
        _deposit_each(harness, range(1, 4))
        _, last = await read_on(harness.chain, Cursor.start(harness.chain.source))
        false = replace(last.cursor, watermark=harness.clock.now() + timedelta(days=29_000))
        assert await harness.chain.scan(false) == await harness.chain.scan(last.cursor)
        lost = await harness.chain.scan(replace(false, lt=false.lt - 1))
        assert (lost.alarm, lost.cursor.watermark) == (ScanAlarm.ANCHOR_MISSING, None)

    async def test_an_outage_loses_nothing(self, harness: ChainHarness) -> None:
        """An outage raises ChainUnavailable and loses no transfer."""
        _deposit_each(harness, range(1, 3))
        harness.stop_answering()
        start = Cursor.start(harness.chain.source)
        with pytest.raises(ChainUnavailable):
            await harness.chain.scan(start)
        with pytest.raises(ChainUnavailable):
            await harness.chain.newest()
        harness.heal()
        transfers, _ = await read_on(harness.chain, start)
        assert [each.amount_units for each in transfers] == [1, 2]

    async def test_a_cursor_of_another_source_is_refused(self, harness: ChainHarness) -> None:
        """A cursor of another account raises ValueError."""
        with pytest.raises(ValueError, match="cursor"):
            await harness.chain.scan(Cursor.start("another:source"))


def _deposit_each(harness: ChainHarness, amounts: Sequence[int]) -> None:
    for units in amounts:
        harness.deposit(units, f"n{units}")
