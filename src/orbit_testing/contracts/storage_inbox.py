"""The contract of the inbox of every Storage."""

import asyncio
from dataclasses import replace

import pytest

from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW


class InboxContract:
    """Updates that speak of money: recorded once, as they came."""

    bad_value: type[Exception]

    async def test_an_update_is_recorded_once(self, storage: Storage) -> None:
        """The same source and external id again change nothing, whatever the second payload says."""
        entry = samples.inbox_entry()
        async with storage.transaction() as tx:
            assert await tx.inbox.add(entry)
            assert not await tx.inbox.add(replace(entry, payload="{}", received_at=NOW + HOUR))
        async with storage.transaction() as tx:
            assert not await tx.inbox.add(entry)
            assert await tx.inbox.newest(10) == (entry,)

    async def test_each_source_has_external_ids_of_its_own(self, storage: Storage) -> None:
        """An external id of one source is another update in another source."""
        async with storage.transaction() as tx:
            assert await tx.inbox.add(samples.inbox_entry())
            assert await tx.inbox.add(samples.inbox_entry(source="telegram:2"))
            assert len(await tx.inbox.newest(10)) == 2

    async def test_an_update_is_found_by_its_name(self, storage: Storage) -> None:
        """An entry is found by source and external id together, and by nothing else."""
        entry = samples.inbox_entry()
        async with storage.transaction() as tx:
            assert await tx.inbox.get(entry.source, entry.external_id) is None
            await tx.inbox.add(entry)
            assert await tx.inbox.get(entry.source, entry.external_id) == entry
        async with storage.transaction() as tx:
            assert await tx.inbox.get(entry.source, entry.external_id) == entry
            assert await tx.inbox.get("telegram:2", entry.external_id) is None
            assert await tx.inbox.get(entry.source, f"{entry.external_id}x") is None

    async def test_two_processes_record_an_update_once(self, storage: Storage) -> None:
        """Of several that record the same update at once, one does."""

        async def record() -> bool:
            async with storage.transaction() as tx:
                return await tx.inbox.add(samples.inbox_entry())

        assert sorted(await asyncio.gather(*(record() for _ in range(5)))) == [False, False, False, False, True]

    async def test_the_newest_updates_come_first(self, storage: Storage) -> None:
        """Entries are listed by the time they were received, up to the limit."""
        async with storage.transaction() as tx:
            for number in (2, 3, 1):
                await tx.inbox.add(samples.inbox_entry(number))
            assert await tx.inbox.newest(2) == (samples.inbox_entry(3), samples.inbox_entry(2))

    async def test_a_payload_is_kept_as_it_came(self, storage: Storage) -> None:
        """Spaces, the order of keys, large numbers and escapes of the payload stay."""
        payload = '{"b": 1,  "a": 1e400, "n": NaN, "z": "\\u0000\\ud800", "huge": ' + "9" * 400 + "}"
        async with storage.transaction() as tx:
            await tx.inbox.add(samples.inbox_entry(payload=payload))
        async with storage.transaction() as tx:
            assert [entry.payload for entry in await tx.inbox.newest(10)] == [payload]

    async def test_an_update_is_received_at_a_real_time(self, storage: Storage) -> None:
        """A time without a zone is refused."""
        with pytest.raises(self.bad_value):
            async with storage.transaction() as tx:
                await tx.inbox.add(samples.inbox_entry(received_at=NOW.replace(tzinfo=None)))
