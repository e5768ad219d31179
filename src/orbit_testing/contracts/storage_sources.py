"""The contract of source records, cursors and rates of every Storage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.money import RUB, TON, Currency, Money
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Meaning
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, MINUTE, NOW

_JETTON = Currency("ton:jetton:ab", 6)


class SourceContract:
    """The raw log of the sources, their cursors, and the rates."""

    async def test_records_are_found_by_their_ids(self, storage: Storage) -> None:
        """Those of the source that are there, each once; ids of another source and unknown ones find nothing."""
        async with storage.transaction() as tx:
            for number in (1, 2, 3):
                await tx.source_records.add(samples.source_record(number), NOW)
            found = await tx.source_records.of_ids(samples.SOURCE, ["1", "3", "3", "9", "x" * 500])
            assert {record.external_id for record in found} == {"1", "3"}
            assert len(found) == 2
            assert await tx.source_records.of_ids("another", ["1"]) == ()
            assert await tx.source_records.of_ids(samples.SOURCE, []) == ()

    async def test_a_record_is_recorded_once(self, storage: Storage) -> None:
        """The same record again is not new; another digest under the same name is refused and changes nothing."""
        async with storage.transaction() as tx:
            assert await tx.source_records.add(samples.source_record(1), NOW)
            assert not await tx.source_records.add(samples.source_record(1), NOW + HOUR)
            with pytest.raises(DigestConflict):
                await tx.source_records.add(samples.source_record(1, digest="e" * 64), NOW)
            assert await tx.source_records.add(samples.source_record(1, source="ton:B", digest="e" * 64), NOW)
            assert await tx.source_records.newest(samples.SOURCE, 10) == (samples.source_record(1),)
            assert len(await tx.source_records.newest("ton:B", 10)) == 1

    async def test_many_records_are_recorded_at_once(self, storage: Storage) -> None:
        """Only what is new is returned, once and in order; one with another digest refuses them all."""
        one, two, three = (samples.source_record(number) for number in (1, 2, 3))
        async with storage.transaction() as tx:
            await tx.source_records.add(two, NOW)
            assert await tx.source_records.add_all([one, two, one, three], NOW) == (one, three)
            assert await tx.source_records.add_all([], NOW) == ()
        with pytest.raises(DigestConflict):
            async with storage.transaction() as tx:
                await tx.source_records.add_all([samples.source_record(4), replace(two, digest="e" * 64)], NOW)
        with pytest.raises(DigestConflict):
            async with storage.transaction() as tx:
                await tx.source_records.add_all([samples.source_record(5), samples.source_record(5, digest="e")], NOW)
        async with storage.transaction() as tx:
            assert await tx.source_records.newest(samples.SOURCE, 10) == (three, two, one)

    async def test_the_log_lists_its_newest_records(self, storage: Storage) -> None:
        """Records are listed by the source's time, newest first, whatever the order in which they came."""
        async with storage.transaction() as tx:
            for number in (30, 9, 100):
                await tx.source_records.add(samples.source_record(number), NOW)
            await tx.source_records.add(samples.source_record(10, meaning=Meaning.NOTHING), NOW)
            newest = await tx.source_records.newest(samples.SOURCE, 10)
            assert [one.external_id for one in newest] == ["100", "30", "10", "9"]
            assert await tx.source_records.newest(samples.SOURCE, 3) == newest[:3]

    async def test_a_rate_of_a_time_is_the_one_before_it(self, storage: Storage) -> None:
        """The newest rate not later than the time and not too old; otherwise the first one after it; or none."""
        async with storage.transaction() as tx:
            for number in (1, 5, 60):
                await tx.rate_history.add(TON, RUB, samples.rate(number))
            await tx.rate_history.add(TON, RUB, samples.rate(5, evidence="a second one of the same instant"))
            await tx.rate_history.add(_JETTON, RUB, samples.rate(90))

            ages = {0: 1, 4.9: 1, 5: 5, 15: 5, 15.1: 60}
            for minutes, number in ages.items():
                moment = NOW + minutes * MINUTE
                assert await tx.rate_history.of_time(TON, RUB, moment, 10 * MINUTE) == samples.rate(number)
            assert await tx.rate_history.of_time(TON, RUB, NOW + 71 * MINUTE, 10 * MINUTE) is None
            assert await tx.rate_history.newest(TON, RUB) == samples.rate(60)
            assert await tx.rate_history.newest(RUB, TON) is None

    async def test_each_receipt_of_a_payment_has_the_rate_of_its_time(self, storage: Storage) -> None:
        """By the same rule, for every receipt at once, in its own asset; one without a rate isn't in the answer."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment())
            for number in (1, 60):
                await tx.rate_history.add(TON, RUB, samples.rate(number))
            await tx.rate_history.add(_JETTON, RUB, samples.rate(30))
            owned = {"tg_id": ALICE, "payment_id": samples.payment().id}
            for number in (2, 20, 70, 71):
                await tx.receipts.add(samples.receipt(number, **owned))
            await tx.receipts.add(samples.receipt(31, amount=Money(5, _JETTON), **owned))
            await tx.receipts.add(samples.receipt(3))
            found = await tx.rate_history.of_payment(samples.payment().id, RUB, 10 * MINUTE)
            expected = {2: 1, 20: 60, 70: 60, 31: 30}
            assert dict(found) == {samples.receipt(one).ref: samples.rate(rate) for one, rate in expected.items()}
            assert dict(await tx.rate_history.of_payment(samples.payment(9).id, RUB, 10 * MINUTE)) == {}

    async def test_cursors_are_listed_by_source(self, storage: Storage) -> None:
        """Every source that was ever read has its cursor in the list."""
        async with storage.transaction() as tx:
            assert await tx.cursors.all() == ()
            await tx.cursors.move(None, Cursor("ton:B", "7", NOW))
            await tx.cursors.move(None, Cursor.start("bank:A"))
            assert await tx.cursors.all() == (Cursor.start("bank:A"), Cursor("ton:B", "7", NOW))

    async def test_a_cursor_moves_only_from_where_it_is(self, storage: Storage) -> None:
        """A cursor moves when the old one is exactly what is stored, watermark and all; otherwise nothing changes."""
        start, first = Cursor.start("ton:A"), Cursor("ton:A", "5:a")
        seen = replace(first, watermark=NOW)
        async with storage.transaction() as tx:
            assert await tx.cursors.get("ton:A") is None
            assert not await tx.cursors.move(start, first)
            assert await tx.cursors.move(None, start)
            assert not await tx.cursors.move(None, first)
            assert await tx.cursors.move(start, first)
            assert await tx.cursors.move(first, seen)
            for stale in (start, first, replace(seen, position="5:b")):
                assert not await tx.cursors.move(stale, replace(stale, position="9"))
            assert not await tx.cursors.move(replace(seen, watermark=NOW + timedelta(microseconds=1)), first)
            assert await tx.cursors.get("ton:A") == seen
            assert await tx.cursors.move(seen, replace(seen, watermark=None))

    async def test_a_cursor_stays_with_its_source(self, storage: Storage) -> None:
        """Moving a cursor to another source is a bug, and is refused."""
        async with storage.transaction() as tx:
            await tx.cursors.move(None, Cursor.start("ton:A"))
            with pytest.raises(ValueError):
                await tx.cursors.move(Cursor.start("ton:A"), Cursor.start("ton:B"))

    async def test_one_of_many_readers_moves_the_cursor(self, storage: Storage) -> None:
        """Of many that read the same rows at once one moves the cursor."""
        async with storage.transaction() as tx:
            await tx.cursors.move(None, Cursor.start("ton:A"))

        async def read(number: int) -> bool:
            async with storage.transaction() as tx:
                return await tx.cursors.move(Cursor.start("ton:A"), Cursor("ton:A", f"{1 + number}"))

        assert sum(await asyncio.gather(*(read(number) for number in range(16)))) == 1
