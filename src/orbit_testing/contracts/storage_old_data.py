"""What every storage must do with data that nothing needs any more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_domain.access.placement import PlacementState
from orbit_domain.broadcast.broadcast import BroadcastProgress
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.notice.announcement import Announcement
from orbit_domain.old_data.old_data import OldData
from orbit_domain.storage import Storage, Transaction
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW

_OLD = NOW - timedelta(days=400)
_LIMIT = _OLD + timedelta(hours=1)
_LATER = _LIMIT + timedelta(hours=1)


class OldDataContract:
    """It is found by its age, page by page, and forgotten; what is younger or still needed stays as it is."""

    @pytest.mark.parametrize("kind", OldData)
    async def test_the_old_is_forgotten_page_by_page(self, storage: Storage, kind: OldData) -> None:
        """Three old rows, found in pages of two, are forgotten once; a younger one and one that is needed stay."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in range(1, 4):
                await add_old_row(tx, kind, number, _OLD + timedelta(minutes=number))
            await add_old_row(tx, kind, 4, _LATER)
            await add_old_row(tx, kind, 5, _OLD, is_needed=True)
        async with storage.snapshot() as tx:
            assert (await tx.old_data.count(kind, _LIMIT, 9), await tx.old_data.count(kind, _LIMIT, 2)) == (3, 2)
            first = await tx.old_data.page(kind, _LIMIT, None, 2)
            second = await tx.old_data.page(kind, _LIMIT, first[-1], 2)
        assert [row.at for row in (*first, *second)] == [_OLD + timedelta(minutes=number) for number in (1, 2, 3)]
        async with storage.transaction() as tx:
            young = await tx.old_data.page(kind, _LATER + timedelta(hours=1), second[-1], 2)
            assert len(young) == 1
            assert await tx.old_data.forget(kind, _LIMIT, []) == 0
            assert await tx.old_data.forget(kind, _LIMIT, [*first, *second, *young]) == 3
            assert await tx.old_data.forget(kind, _LIMIT, [*first, *second]) == 0
        async with storage.transaction() as tx:
            assert await tx.old_data.page(kind, _LIMIT, None, 9) == ()
            assert [await _holds(tx, kind, number) for number in range(1, 6)] == [False, False, False, True, True]

    async def test_a_broadcast_counts_what_is_gone(self, storage: Storage) -> None:
        """Of messages that were forgotten it goes on being known how many were sent, and how many were lost."""
        mine = BroadcastId(samples.identity(1))
        async with storage.transaction() as tx:
            await tx.broadcasts.add(samples.broadcast(id=mine))
            for number in range(1, 5):
                user, notice = TelegramId(number), Announcement(mine)
                message = samples.message(number, user, notice=notice, dedupe=notice.dedupe_key(user), not_before=_OLD)
                await tx.outbox.add(message)
            sent, dropped, dead, _waits = await tx.outbox.claim(_OLD, _LATER, 4)
            await tx.outbox.mark_done(sent, _OLD)
            await tx.outbox.drop(dropped, _OLD, "stopped")
            await tx.outbox.dead_letter(dead, _OLD, "blocked")
        for kind, left in ((OldData.NOTICES, 1), (OldData.DEAD_NOTICES, 1), (OldData.NOTICES, 1)):
            async with storage.transaction() as tx:
                await tx.old_data.forget(kind, _LIMIT, await tx.old_data.page(kind, _LIMIT, None, 9))
                assert await tx.broadcasts.progress(mine) == BroadcastProgress(1, 2, left)
        async with storage.transaction() as tx:
            assert not await tx.outbox.of_user(TelegramId(1), 9)
            assert await tx.outbox.of_user(TelegramId(4), 9)


async def add_old_row(tx: Transaction, kind: OldData, number: int, at: datetime, *, is_needed: bool = False) -> None:
    """The *number*-th row of that kind and age; one that *is_needed* is as old, and not of that kind."""
    match kind:
        case OldData.NOTICES | OldData.DEAD_NOTICES:
            await tx.outbox.add(samples.message(number, TelegramId(number), not_before=at))
            if is_needed:
                return
            (claimed,) = await tx.outbox.claim(at, _LATER, 9)
            if kind is OldData.NOTICES:
                await tx.outbox.mark_done(claimed, at)
            else:
                await tx.outbox.dead_letter(claimed, at, "blocked")
        case OldData.RAW_RECORDS:
            await tx.source_records.add(samples.source_record(number, raw="text"), at)
            owner = {"source": samples.SOURCE, "external_id": str(number), "tg_id": None if is_needed else ALICE}
            await tx.receipts.add(samples.receipt(number, **owner))
        case OldData.MONEY_UPDATES:
            received_at = NOW if is_needed else at
            await tx.inbox.add(samples.inbox_entry(number, received_at=received_at))
        case OldData.KEY_LINKS:
            key = samples.placed(samples.key(number), "m1")
            home = replace(key.home, applied_revision=1, subscription_url="https://x", links=("vless://x",))
            key = replace(key, placements=(replace(home, confirmed_at=at),))
            await tx.keys.add(key if is_needed else key.delete(at))


async def _holds(tx: Transaction, kind: OldData, number: int) -> bool:
    """Whether the *number*-th row still holds its data; all else of it must be there."""
    match kind:
        case OldData.NOTICES | OldData.DEAD_NOTICES:
            return bool(await tx.outbox.known([f"dedupe-{number}"]))
        case OldData.RAW_RECORDS:
            (record,) = await tx.source_records.of_ids(samples.SOURCE, [str(number)])
            assert record == samples.source_record(number, raw=record.raw)
            return bool(record.raw)
        case OldData.MONEY_UPDATES:
            entry = await tx.inbox.get("telegram:1", f"paid:{number}")
            assert entry is not None
            return bool(entry.payload)
        case OldData.KEY_LINKS:
            key = await tx.keys.lock(samples.key(number).id)
            assert key is not None
            assert key.deleted is (number != 5)
            assert key.placements[0].state is (PlacementState.HOME if number == 5 else PlacementState.LEAVING)
            return bool(key.placements[0].subscription_url and key.placements[0].links)
