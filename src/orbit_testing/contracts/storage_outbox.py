"""The contract of the outbox of every Storage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, MINUTE, NOW, UNKNOWN_USER


class OutboxContract:
    """Outbox messages are delivered at least once, and claimed by one worker at a time."""

    async def test_a_dedupe_key_is_used_once(self, storage: Storage) -> None:
        """A second message with a known dedupe key is refused, even when the first is done; the user may be unknown."""
        async with storage.transaction() as tx:
            assert await tx.outbox.add(samples.message(1, UNKNOWN_USER))
            assert not await tx.outbox.add(replace(samples.message(2, UNKNOWN_USER), dedupe="dedupe-1"))
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
            await tx.outbox.mark_done(claimed, NOW + HOUR)
            assert not await tx.outbox.add(replace(samples.message(3, UNKNOWN_USER), dedupe="dedupe-1"))
            assert len(await tx.outbox.of_user(UNKNOWN_USER, 5)) == 1

    async def test_concurrent_messages_with_one_key_are_one(self, storage: Storage) -> None:
        """Of many concurrent messages with one dedupe key one is recorded."""

        async def add(number: int) -> bool:
            async with storage.transaction() as tx:
                return await tx.outbox.add(replace(samples.message(number), dedupe="same"))

        assert sum(await asyncio.gather(*(add(number) for number in range(32)))) == 1

    async def test_due_messages_are_claimed_oldest_first(self, storage: Storage) -> None:
        """Only what is due is claimed, oldest first, never more than the limit, each with its fence raised."""
        async with storage.transaction() as tx:
            for number in (3, 1, 4, 2):
                await tx.outbox.add(samples.message(number))
            first = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            second = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            assert first == tuple(replace(samples.message(number), fence=1) for number in (1, 2))
            assert [message.dedupe for message in second] == ["dedupe-3"]
            assert await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2) == ()

    async def test_concurrent_claims_get_different_messages(self, storage: Storage) -> None:
        """Two claimants never get the same message."""
        async with storage.transaction() as tx:
            for number in range(12):
                await tx.outbox.add(samples.message(number))

        async def claim() -> list[str]:
            async with storage.transaction() as tx:
                return [message.dedupe for message in await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 3)]

        taken = [dedupe for group in await asyncio.gather(*(claim() for _ in range(4))) for dedupe in group]
        assert len(taken) == len(set(taken))
        taken += await claim()
        assert sorted(taken) == sorted(f"dedupe-{number}" for number in range(12))

    async def test_a_lost_claim_decides_nothing(self, storage: Storage) -> None:
        """When the lease has ended and another worker has claimed, the first claimant changes nothing any more."""
        lease = NOW + HOUR
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            (lost,) = await tx.outbox.claim(NOW + MINUTE, lease, 1)
            assert await tx.outbox.claim(lease - timedelta(microseconds=1), lease, 1) == ()
            (held,) = await tx.outbox.claim(lease, lease + HOUR, 1)
            assert held.fence == lost.fence + 1
            assert not await tx.outbox.mark_done(lost, lease)
            assert not await tx.outbox.postpone(lost, lease, "late")
            assert not await tx.outbox.dead_letter(lost, lease, "late")
            assert await tx.outbox.of_user(ALICE, 1) == (held,)
            assert await tx.outbox.mark_done(held, lease)
            assert await tx.outbox.of_user(ALICE, 1) == (replace(held, done_at=lease),)

    async def test_a_postponed_message_comes_again(self, storage: Storage) -> None:
        """Postponing ends the lease, counts the attempt, keeps the reason, and the message comes at its new time."""
        later = NOW + 10 * MINUTE
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            (claimed,) = await tx.outbox.claim(NOW + MINUTE, NOW + 24 * HOUR, 1)
            assert await tx.outbox.postpone(claimed, later, "busy")
            assert await tx.outbox.claim(later - MINUTE, NOW + 24 * HOUR, 1) == ()
            (again,) = await tx.outbox.claim(later, NOW + 24 * HOUR, 1)
            assert again == replace(claimed, not_before=later, attempts=1, fence=2, last_error="busy")

    async def test_finished_messages_stay_finished(self, storage: Storage) -> None:
        """A message that is done or dead-lettered is never claimed or finished again."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            await tx.outbox.add(samples.message(2))
            done, dead = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 2)
            assert await tx.outbox.mark_done(done, NOW)
            assert await tx.outbox.dead_letter(dead, NOW, "gone")
            for message in (done, dead):
                assert not await tx.outbox.mark_done(message, NOW)
                assert not await tx.outbox.postpone(message, NOW, "again")
                assert not await tx.outbox.dead_letter(message, NOW, "again")
            assert await tx.outbox.claim(NOW + 2 * HOUR, NOW + 3 * HOUR, 2) == ()
            gone = replace(dead, dead_at=NOW, last_error="gone")
            assert await tx.outbox.of_user(ALICE, 5) == (gone, replace(done, done_at=NOW))
