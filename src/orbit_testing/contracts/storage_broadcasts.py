"""What the broadcasts promise."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import BroadcastProgress, BroadcastQueue, BroadcastState, NoSuchBroadcast
from orbit_domain.broadcast.content import BroadcastButton
from orbit_domain.ids import BroadcastId, PlanCode, TelegramId
from orbit_domain.notice.announcement import Announcement
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, HOUR, NOW


class BroadcastContract:
    """Broadcasts are recorded, found, and know whom they are for and what became of them."""

    conflict: type[Exception]

    async def test_a_broadcast_is_read_as_it_was_written(self, storage: Storage) -> None:
        """Only state and progress change; the newest is listed first, and only the running ones run."""
        first = samples.broadcast(1, html="<b>\u202e & 🙂</b>' ; --", picture="AgAC-_")
        narrow = Audience(Segment.EXPIRED, "ru", PlanCode("sub_1m"), 30)
        second = samples.broadcast(2, created_at=NOW + HOUR, audience=narrow)
        async with storage.transaction() as tx:
            await tx.broadcasts.add(first)
            await tx.broadcasts.add(second)
        running = replace(
            first,
            state=BroadcastState.RUNNING,
            buttons=(BroadcastButton("🎁 <Sale>", "https://example.org/?a=1&b=2"), BroadcastButton("Plans", "plans")),
            is_previewed=True,
            started_at=NOW + HOUR,
        ).queue(TelegramId(7), 5)
        async with storage.transaction() as tx:
            assert await tx.broadcasts.lock(first.id) == first
            changed = replace(running, html="other", picture="", audience=narrow, author=TelegramId(9))
            await tx.broadcasts.save(changed)
        async with storage.transaction() as tx:
            assert await tx.broadcasts.get(first.id) == running
            assert await tx.broadcasts.newest(10) == (second, running)
            assert await tx.broadcasts.newest(1) == (second,)
            assert await tx.broadcasts.running() == (running,)
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.broadcasts.add(first)

    async def test_an_unknown_broadcast_is_refused(self, storage: Storage) -> None:
        """It can neither be locked nor saved."""
        unknown = samples.broadcast()
        async with storage.transaction() as tx:
            assert await tx.broadcasts.get(unknown.id) is None
            with pytest.raises(NoSuchBroadcast):
                await tx.broadcasts.lock(unknown.id)
            with pytest.raises(NoSuchBroadcast):
                await tx.broadcasts.save(unknown)

    async def test_each_customer_is_in_the_right_segments(self, storage: Storage) -> None:
        """By what they have now, in pages by id; whoever can't be reached is in none."""
        have = {
            1: Subscription(TelegramId(1)),
            2: Subscription(TelegramId(2), NOW + HOUR, PlanCode("trial")),
            3: Subscription(TelegramId(3), NOW + HOUR, PlanCode("sub_1m")),
            4: Subscription(TelegramId(4), NOW, PlanCode("sub_1m")),
            5: Subscription(TelegramId(5), NOW + HOUR, None),
            6: Subscription(TelegramId(6), NOW + HOUR, PlanCode("sub_1m")),
        }
        async with storage.transaction() as tx:
            for number, subscription in have.items():
                await tx.users.add_if_absent(samples.new_user(TelegramId(number)))
                await tx.subscriptions.save(subscription)
            await tx.users.set_unreachable(TelegramId(6), NOW)
            everyone = samples.broadcast(queued_up_to=TelegramId(0))
            found = {
                segment: await tx.broadcasts.recipients(replace(everyone, audience=Audience(segment)), NOW, 10)
                for segment in Segment
            }
            counts = [await tx.broadcasts.count(Audience(segment), NOW) for segment in Segment]
            page = await tx.broadcasts.recipients(replace(everyone, queued_up_to=TelegramId(2)), NOW, 2)
        assert found == {
            Segment.EVERYONE: (1, 2, 3, 4, 5),
            Segment.ACTIVE: (3, 5),
            Segment.TRIAL: (2,),
            Segment.EXPIRED: (4,),
            Segment.NEVER: (1,),
        }
        assert counts == [len(users) for users in found.values()]
        assert page == (3, 4)

    async def test_an_audience_is_narrowed(self, storage: Storage) -> None:
        """By language, by the last plan, and by how long ago it ended; who came after the start is left out."""
        async with storage.transaction() as tx:
            for number, (language, plan, days) in enumerate([("ru", "a", 0), ("en", "a", 7), ("ru", "b", 8)], 1):
                new = samples.new_user(TelegramId(number), language=language, created_at=NOW - HOUR * number)
                await tx.users.add_if_absent(new)
                ends_at = NOW - timedelta(days=days)
                await tx.subscriptions.save(Subscription(TelegramId(number), ends_at, PlanCode(plan)))
            assert await _members(tx, Audience(Segment.EVERYONE, language="ru")) == (1, 3)
            assert await _members(tx, Audience(Segment.EXPIRED, plan_code=PlanCode("a"))) == (1, 2)
            assert await _members(tx, Audience(Segment.EXPIRED, ended_days=7)) == (2, 3)
            assert await _members(tx, Audience(Segment.EXPIRED, "ru", PlanCode("b"), 8)) == (3,)
            assert await _members(tx, Audience(Segment.ACTIVE, language="ru")) == ()
            assert await _members(tx, Audience(Segment.EVERYONE), NOW - HOUR * 2) == (2, 3)

    async def test_the_progress_is_that_of_its_own_messages(self, storage: Storage) -> None:
        """Sent, lost (dropped or dead) and waiting; those of another broadcast don't count."""
        mine, other = BroadcastId(samples.identity(1)), BroadcastId(samples.identity(2))
        async with storage.transaction() as tx:
            for number, (tg_id, of) in enumerate([(ALICE, mine), (2, mine), (3, mine), (4, mine), (5, other)], 1):
                user, notice = TelegramId(tg_id), Announcement(of)
                message = samples.message(number, user, notice=notice, dedupe=notice.dedupe_key(user), not_before=NOW)
                await tx.outbox.add(message)
            assert await tx.broadcasts.progress(mine) == BroadcastProgress(0, 0, 4)
            for outcome in ("sent", "dropped", "dead"):
                (claimed,) = await tx.outbox.claim(NOW, NOW + HOUR, 1)
                if outcome == "sent":
                    await tx.outbox.mark_done(claimed, NOW)
                elif outcome == "dropped":
                    await tx.outbox.drop(claimed, NOW, "stopped")
                else:
                    await tx.outbox.dead_letter(claimed, NOW, "blocked")
            assert await tx.broadcasts.progress(mine) == BroadcastProgress(1, 2, 1)
            assert await tx.broadcasts.queue(mine, NOW) == await tx.broadcasts.queue(other, NOW) == BroadcastQueue(1, 1)
            held, failed = await tx.outbox.claim(NOW, NOW + HOUR, 2)
            assert await tx.outbox.hold(held, NOW + HOUR)
            assert await tx.outbox.postpone(failed, NOW + HOUR, "busy")
            queues = [await tx.broadcasts.queue(one, NOW) for one in (mine, other)]
            assert queues == [BroadcastQueue(0, 1), BroadcastQueue(1, 1)]
            assert await tx.broadcasts.queue(mine, NOW + HOUR) == BroadcastQueue(1, 1)

    async def test_who_wants_no_news_is_in_no_segment(self, storage: Storage) -> None:
        """Only the switch of news counts, and it counts at once."""
        async with storage.transaction() as tx:
            for number in (1, 2, 3):
                await tx.users.add_if_absent(samples.new_user(TelegramId(number)))
            await tx.users.set_notices(TelegramId(1), NoticeSettings(frozenset({NoticeGroup.NEWS})))
            await tx.users.set_notices(TelegramId(2), NoticeSettings(frozenset(NoticeGroup) - {NoticeGroup.NEWS}))
            everyone, never = Audience(Segment.EVERYONE), Audience(Segment.NEVER)
            assert await _members(tx, everyone) == await _members(tx, never) == (2, 3)
            await tx.users.set_notices(TelegramId(1), NoticeSettings())
            assert await tx.broadcasts.count(everyone, NOW) == 3


async def _members(tx: Transaction, audience: Audience, started_at: datetime | None = None) -> tuple[TelegramId, ...]:
    """Who gets a broadcast to *audience*; as many as are counted, where its start leaves nobody out."""
    found = await tx.broadcasts.recipients(samples.broadcast(audience=audience, started_at=started_at), NOW, 10)
    assert started_at is not None or await tx.broadcasts.count(audience, NOW) == len(found)
    return found
