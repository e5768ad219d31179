"""The contract of the outbox of every Storage."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice, PeriodEnding, ScanStopped
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.notice.repository import UNREACHABLE, LossReason, LostMessages, OutboxMessage
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW, UNKNOWN_USER

REMINDER = PeriodEnding("one_day", NOW, None)
ALERT = ScanStopped("ton:A", "hole", 1)


def _of_person(number: int) -> OutboxMessage:
    """The *number*-th message, to a user of its own."""
    return samples.message(number, TelegramId(number))


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

    async def test_many_messages_are_added_at_once(self, storage: Storage) -> None:
        """Those with a known dedupe key are left out, and of equal new ones all but the first."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            again, equal = (replace(samples.message(n), dedupe=f"dedupe-{d}") for n, d in ((3, 1), (4, 2)))
            assert await tx.outbox.add_all([samples.message(2), again, equal]) == {"dedupe-2"}
            assert await tx.outbox.add_all([]) == await tx.outbox.add_all([again]) == frozenset()
            assert await tx.outbox.of_user(ALICE, 9) == (samples.message(2), samples.message(1))

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
                await tx.outbox.add(_of_person(number))
            first = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            second = await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2)
            assert first == tuple(replace(_of_person(number), fence=1) for number in (1, 2))
            assert [message.dedupe for message in second] == ["dedupe-3"]
            assert await tx.outbox.claim(NOW + 3 * MINUTE, NOW + HOUR, 2) == ()

    async def test_urgent_messages_are_claimed_first(self, storage: Storage) -> None:
        """Money goes before alerts and these before reminders, of everybody and of each user, whatever is older."""
        notices: dict[int, Notice] = {1: REMINDER, 2: ALERT, 5: REMINDER, 6: ALERT}
        async with storage.transaction() as tx:
            for number in range(1, 9):
                sample = samples.message(number, BORIS if number > 4 else TelegramId(number))
                await tx.outbox.add(replace(sample, notice=notices.get(number, sample.notice)))
            claimed = [
                [message.dedupe for message in await tx.outbox.claim(NOW + HOUR, NOW + HOUR + number * MINUTE, 1)]
                for number in range(1, 6)
            ]
            assert claimed == [["dedupe-3"], ["dedupe-4"], ["dedupe-7"], ["dedupe-2"], ["dedupe-1"]]

    async def test_a_user_s_messages_keep_their_order(self, storage: Storage) -> None:
        """While an older message of the user waits, due, claimed or postponed, no later one of them is claimed."""
        now, lease = NOW + HOUR, NOW + 2 * HOUR
        async with storage.transaction() as tx:
            for number in (1, 2, 3):
                await tx.outbox.add(samples.message(number))
            await tx.outbox.add(samples.message(4, BORIS))
            first, other = await tx.outbox.claim(now, lease, 5)
            assert (first.dedupe, other.dedupe) == ("dedupe-1", "dedupe-4")
            assert await tx.outbox.claim(now, lease, 5) == ()
            await tx.outbox.postpone(first, now + 10 * MINUTE, "busy")
            assert await tx.outbox.claim(now + 9 * MINUTE, lease, 5) == ()
            (again,) = await tx.outbox.claim(now + 10 * MINUTE, lease, 5)
            assert again.dedupe == "dedupe-1"
            await tx.outbox.mark_done(again, now)
            (second,) = await tx.outbox.claim(now, lease, 5)
            await tx.outbox.dead_letter(second, now, "gone")
            (third,) = await tx.outbox.claim(now, lease, 5)
            assert (second.dedupe, third.dedupe) == ("dedupe-2", "dedupe-3")

    async def test_a_message_set_aside_holds_up_no_other(self, storage: Storage) -> None:
        """A message that was set aside waits behind everything else, is tried again, and nothing waits for it."""
        now, lease = NOW + HOUR, NOW + 2 * HOUR
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            (first,) = await tx.outbox.claim(now, lease, 1)
            assert await tx.outbox.set_aside(first, now + MINUTE, "no text")
            await tx.outbox.add(samples.message(2))
            (second,) = await tx.outbox.claim(now, lease, 5)
            assert second.dedupe == "dedupe-2"
            assert await tx.outbox.set_aside(second, now + 2 * MINUTE, "no text")
            await tx.outbox.add(samples.message(3, notice=REMINDER))
            await tx.outbox.add(samples.message(4, BORIS, notice=REMINDER))
            reminders = await tx.outbox.claim(now + MINUTE, lease, 5)
            assert [message.dedupe for message in reminders] == ["dedupe-3", "dedupe-4"]
            for message in reminders:
                await tx.outbox.mark_done(message, now)
            (again,) = await tx.outbox.claim(now + MINUTE, lease, 5)
            assert again == replace(
                first, not_before=now + MINUTE, attempts=1, fence=first.fence + 1, last_error="no text"
            )
            assert [one.dedupe for one in await tx.outbox.claim(now + 2 * MINUTE, lease, 5)] == ["dedupe-2"]

    async def test_a_held_message_waits_without_an_attempt(self, storage: Storage) -> None:
        """It comes at its time, not earlier; nothing went wrong. More urgent ones don't wait for it."""
        night, morning = NOW + HOUR, NOW + 9 * HOUR
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1, notice=REMINDER))
            (held,) = await tx.outbox.claim(night, night + HOUR, 5)
            assert await tx.outbox.hold(held, morning)
            await tx.outbox.add(samples.message(2, notice=REMINDER))
            await tx.outbox.add(samples.message(3))
            urgent = await tx.outbox.claim(night, night + HOUR, 5)
            assert [one.dedupe for one in urgent] == ["dedupe-3"]
            await tx.outbox.mark_done(urgent[0], night)
            assert await tx.outbox.claim(morning - MINUTE, morning, 5) == ()
            assert await tx.outbox.claim(morning, morning + HOUR, 5) == (
                replace(held, not_before=morning, fence=held.fence + 1),
            )
            assert not await tx.outbox.hold(held, morning + HOUR)

    async def test_a_dropped_message_is_done_and_says_why(self, storage: Storage) -> None:
        """A message that makes no sense any more ends as done, with the reason, and the user's next one comes."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            await tx.outbox.add(samples.message(2))
            (stale,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
            assert await tx.outbox.drop(stale, NOW + HOUR, "too late")
            assert not await tx.outbox.drop(stale, NOW + HOUR, "again")
            (following,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
            dropped = replace(stale, done_at=NOW + HOUR, dropped_reason="too late")
            assert await tx.outbox.of_user(ALICE, 5) == (following, dropped)

    async def test_what_is_erased_is_neither_sent_nor_shown(self, storage: Storage) -> None:
        """What a user was told, and what the user asked the owner; others' messages stay, and dedupe keys stay used."""
        question = CustomerWrote(ALICE, "vera", "It's me", NOW, 0)
        alike = CustomerWrote(TelegramId(10 * ALICE), "boris", "It isn't me", NOW, 0)
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1, ALICE))
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 5)
            await tx.outbox.add(samples.message(2, ALICE))
            for number, notice in ((3, question), (4, alike)):
                message = replace(samples.message(number, BORIS), dedupe=notice.dedupe_key(BORIS), notice=notice)
                await tx.outbox.add(message)
            for _ in range(2):
                await tx.outbox.erase(ALICE, NOW + HOUR)
            assert await tx.outbox.of_user(ALICE, 5) == ()
            assert [one.notice for one in await tx.outbox.of_user(BORIS, 5)] == [alike]
            assert not await tx.outbox.mark_done(claimed, NOW + HOUR)
            assert not await tx.outbox.add(replace(samples.message(5, ALICE), dedupe=samples.message(2).dedupe))
        async with storage.transaction() as tx:
            waiting = await tx.outbox.claim(NOW + 9 * HOUR, NOW + 10 * HOUR, 5)
            assert [one.notice for one in waiting] == [alike]

    async def test_used_dedupe_keys_are_known(self, storage: Storage) -> None:
        """Of many dedupe keys, those of messages are known, also of finished ones."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            await tx.outbox.add(samples.message(2))
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 1)
            await tx.outbox.mark_done(claimed, NOW)
            asked = [f"dedupe-{number}" for number in range(500)]
            assert await tx.outbox.known(asked) == {"dedupe-1", "dedupe-2"}
            assert await tx.outbox.known([]) == frozenset()

    async def test_concurrent_claims_get_different_messages(self, storage: Storage) -> None:
        """Two claimants never get the same message."""
        async with storage.transaction() as tx:
            for number in range(12):
                await tx.outbox.add(_of_person(number))

        async def claim() -> list[str]:
            async with storage.transaction() as tx:
                return [message.dedupe for message in await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 3)]

        taken = [dedupe for group in await asyncio.gather(*(claim() for _ in range(4))) for dedupe in group]
        assert len(taken) == len(set(taken))
        taken += await claim()
        assert sorted(taken) == sorted(f"dedupe-{number}" for number in range(12))

    async def test_concurrent_claims_keep_a_user_s_order(self, storage: Storage) -> None:
        """Of many claimants one gets the user's oldest message, and none a later one."""
        async with storage.transaction() as tx:
            for number in range(1, 9):
                await tx.outbox.add(samples.message(number))

        async def claim() -> list[str]:
            async with storage.transaction() as tx:
                return [message.dedupe for message in await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 3)]

        groups = await asyncio.gather(*(claim() for _ in range(8)))
        assert [dedupe for group in groups for dedupe in group] == ["dedupe-1"]

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
            assert not await tx.outbox.set_aside(lost, lease, "late")
            assert not await tx.outbox.drop(lost, lease, "late")
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

    async def test_what_was_given_up_is_counted(self, storage: Storage) -> None:
        """By topic and reason, from a moment on; of a deleted account nothing says why."""
        reasons = {1: "gone", 2: UNREACHABLE, 3: "gone", 4: "this version can't read it"}
        async with storage.transaction() as tx:
            for number, error in reasons.items():
                await tx.outbox.add(samples.message(number, TelegramId(number)))
                (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 1)
                assert await tx.outbox.dead_letter(claimed, NOW + number * MINUTE, error)
            await tx.outbox.add(samples.message(5))
            await tx.outbox.erase(TelegramId(3), NOW + HOUR)
            topic = samples.message().notice.kind
            assert await tx.outbox.lost_since(NOW + 2 * MINUTE) == (
                LostMessages(topic, LossReason.UNREACHABLE, 2),
                LostMessages(topic, LossReason.UNREADABLE, 1),
            )
            assert await tx.outbox.lost_since(NOW + HOUR) == ()

    async def test_finished_messages_stay_finished(self, storage: Storage) -> None:
        """A message that is done or dead-lettered is never claimed or finished again."""
        async with storage.transaction() as tx:
            await tx.outbox.add(samples.message(1))
            await tx.outbox.add(samples.message(2, BORIS))
            done, dead = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 2)
            assert await tx.outbox.mark_done(done, NOW)
            assert await tx.outbox.dead_letter(dead, NOW, "gone")
            for message in (done, dead):
                assert not await tx.outbox.mark_done(message, NOW)
                assert not await tx.outbox.postpone(message, NOW, "again")
                assert not await tx.outbox.dead_letter(message, NOW, "again")
                assert not await tx.outbox.set_aside(message, NOW, "again")
                assert not await tx.outbox.drop(message, NOW, "again")
            assert await tx.outbox.claim(NOW + 2 * HOUR, NOW + 3 * HOUR, 2) == ()
            gone = replace(dead, dead_at=NOW, last_error="gone")
            assert await tx.outbox.of_user(BORIS, 5) == (gone,)
            assert await tx.outbox.of_user(ALICE, 5) == (replace(done, done_at=NOW),)
