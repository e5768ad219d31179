"""What the port `Chain` promises: nothing lost, nothing twice, and it knows when it doesn't know."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import pytest

from orbit_domain.payment.ports import Chain, ChainUnavailable
from orbit_domain.payment.transfer import CommentKind, Cursor, Scan, ScanAlarm, Transfer, TransferClass

_MAX_SCANS = 50


class ChainWorld(Protocol):
    """The chain under test and a hand on the world behind it. Its scans return four transfers at most."""

    chain: Chain

    def deposit(self, units: int, comment: str) -> None:
        """Let *units* arrive with *comment*."""

    def lose_a_row(self) -> None:
        """Until healed, leave out a row that has others after it, once three or more are to be shown."""

    def hide_newest(self) -> None:
        """Until healed, don't show the newest row."""

    def fall_silent(self) -> None:
        """Until healed, answer nothing."""

    def heal(self) -> None:
        """End every trouble."""


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
    """Subclass it and give a fixture `world`; every test then runs against that chain."""

    @pytest.fixture
    def world(self) -> ChainWorld:
        """A fresh account without history."""
        raise pytest.UsageError("a chain contract needs a fixture `world`")

    async def test_an_unused_account_is_completely_known(self, world: ChainWorld) -> None:
        """Before the first transaction there is nothing to read and nothing can be missing."""
        scan = await world.chain.scan(Cursor.start(world.chain.source))
        assert (scan.transfers, scan.complete, scan.alarm) == ((), True, None)
        assert scan.cursor.watermark is not None

    async def test_every_transfer_is_read_once_and_in_order(self, world: ChainWorld) -> None:
        """Whatever arrived is read exactly once, oldest first, each linked to the one before."""
        _arrive(world, range(1, 12))
        transfers, last = await read_on(world.chain, Cursor.start(world.chain.source))
        assert [each.amount_units for each in transfers] == list(range(1, 12))
        assert [each.comment.text for each in transfers] == [f"n{units}" for units in range(1, 12)]
        assert {each.kind for each in transfers} == {TransferClass.DEPOSIT}
        assert {each.comment.kind for each in transfers} == {CommentKind.TEXT}
        links = [(each.prev_lt, each.prev_hash) for each in transfers]
        assert links == [(0, "0" * 64), *((each.lt, each.tx_hash) for each in transfers[:-1])]
        assert (last.cursor.lt, last.cursor.tx_hash) == (transfers[-1].lt, transfers[-1].tx_hash)
        assert last.cursor.watermark is not None

    async def test_nothing_is_read_twice(self, world: ChainWorld) -> None:
        """Scanning on from where the last scan ended brings only what is new."""
        _arrive(world, range(1, 3))
        _, first = await read_on(world.chain, Cursor.start(world.chain.source))
        assert (await world.chain.scan(first.cursor)).transfers == ()
        _arrive(world, range(3, 5))
        transfers, _ = await read_on(world.chain, first.cursor)
        assert [each.amount_units for each in transfers] == [3, 4]

    async def test_an_older_cursor_gives_the_same_again(self, world: ChainWorld) -> None:
        """After a database is restored from a backup, the same transfers are read with the same identity."""
        _arrive(world, range(1, 8))
        start = Cursor.start(world.chain.source)
        first, _ = await read_on(world.chain, start)
        again, _ = await read_on(world.chain, start)
        middle = Cursor(world.chain.source, first[2].lt, first[2].tx_hash)
        rest, _ = await read_on(world.chain, middle)
        assert again == first
        assert rest == first[3:]
        assert len({each.reference for each in first}) == len(first)

    async def test_more_waits_while_a_scan_is_incomplete(self, world: ChainWorld) -> None:
        """A scan that didn't reach the end says so, and its watermark stays where it was."""
        _arrive(world, range(1, 8))
        scan = await world.chain.scan(Cursor.start(world.chain.source))
        assert not scan.complete
        assert scan.alarm is None
        assert scan.cursor.watermark is None
        assert 1 <= len(scan.transfers) <= 4

    async def test_the_watermark_never_passes_a_hole(self, world: ChainWorld) -> None:
        """A missing row stops the scan before it, raises the alarm, and costs nothing once it is back."""
        _arrive(world, range(1, 7))
        world.lose_a_row()
        before, stopped = await read_on(world.chain, Cursor.start(world.chain.source))
        assert stopped.alarm is ScanAlarm.HOLE
        assert stopped.cursor.watermark is None
        assert [each.amount_units for each in before] == list(range(1, len(before) + 1))
        assert len(before) < 6
        world.heal()
        after, healed = await read_on(world.chain, stopped.cursor)
        assert [each.amount_units for each in before + after] == list(range(1, 7))
        assert healed.cursor.watermark is not None

    async def test_a_hidden_newest_row_holds_the_watermark(self, world: ChainWorld) -> None:
        """Links can't show that the very last row is missing; the account's state does."""
        _arrive(world, range(1, 3))
        world.hide_newest()
        before, stopped = await read_on(world.chain, Cursor.start(world.chain.source))
        assert stopped.alarm is ScanAlarm.TAIL_MISMATCH
        assert stopped.cursor.watermark is None
        world.heal()
        after, _ = await read_on(world.chain, stopped.cursor)
        assert [each.amount_units for each in before + after] == [1, 2]

    async def test_an_unknown_anchor_yields_nothing(self, world: ChainWorld) -> None:
        """A history in which our last transaction doesn't stand is not ours: wrong network or rolled back."""
        _arrive(world, range(1, 4))
        _, last = await read_on(world.chain, Cursor.start(world.chain.source))
        scan = await world.chain.scan(replace(last.cursor, lt=last.cursor.lt - 1))
        assert scan.alarm is ScanAlarm.ANCHOR_MISSING
        assert scan.transfers == ()
        assert not scan.complete

    async def test_another_hash_at_our_place_is_a_conflict(self, world: ChainWorld) -> None:
        """The same lt with another hash is never a new payment."""
        _arrive(world, range(1, 4))
        _, last = await read_on(world.chain, Cursor.start(world.chain.source))
        forged = replace(last.cursor, tx_hash="ab" * 32)
        scan = await world.chain.scan(forged)
        assert (scan.alarm, scan.transfers, scan.cursor) == (ScanAlarm.HASH_CONFLICT, (), forged)

    async def test_an_account_with_a_past_starts_from_now(self, world: ChainWorld) -> None:
        """What happened before the shop opened is not read, everything after is."""
        assert await world.chain.newest() == Cursor.start(world.chain.source)
        _arrive(world, range(1, 8))
        cursor = await world.chain.newest()
        assert (await world.chain.scan(cursor)).transfers == ()
        _arrive(world, range(8, 10))
        transfers, last = await read_on(world.chain, cursor)
        assert [each.amount_units for each in transfers] == [8, 9]
        assert last.cursor.watermark is not None

    async def test_silence_loses_nothing(self, world: ChainWorld) -> None:
        """While nothing answers there is a typed failure, and afterwards everything is still there."""
        _arrive(world, range(1, 3))
        world.fall_silent()
        start = Cursor.start(world.chain.source)
        with pytest.raises(ChainUnavailable):
            await world.chain.scan(start)
        with pytest.raises(ChainUnavailable):
            await world.chain.newest()
        world.heal()
        transfers, _ = await read_on(world.chain, start)
        assert [each.amount_units for each in transfers] == [1, 2]

    async def test_a_cursor_of_another_source_is_refused(self, world: ChainWorld) -> None:
        """Mixing up two accounts is a bug that stops at once."""
        with pytest.raises(ValueError, match="cursor"):
            await world.chain.scan(Cursor.start("another:source"))


def _arrive(world: ChainWorld, amounts: Sequence[int]) -> None:
    for units in amounts:
        world.deposit(units, f"n{units}")
