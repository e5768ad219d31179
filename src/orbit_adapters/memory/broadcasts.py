"""Broadcasts in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import (
    BEFORE_ALL,
    Broadcast,
    BroadcastProgress,
    BroadcastQueue,
    BroadcastState,
    NoSuchBroadcast,
)
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.notice.announcement import announcements_of
from orbit_domain.notice_settings.notice_settings import NoticeGroup
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.subscription import Subscription


class MemoryBroadcasts:
    """The port `Broadcasts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, broadcast: Broadcast) -> None:
        """Record a new one. Raises RecordConflict for an id in use."""
        broadcasts = self._session.tables.broadcasts
        if broadcast.id in broadcasts:
            raise RecordConflict(f"there is a broadcast {broadcast.id} already")
        broadcasts[broadcast.id] = sanitized(broadcast)

    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None:
        """The broadcast, if there is one."""
        return self._session.tables.broadcasts.get(broadcast_id)

    async def lock(self, broadcast_id: BroadcastId) -> Broadcast:
        """The broadcast. Raises NoSuchBroadcast."""
        broadcast = await self.get(broadcast_id)
        if broadcast is None:
            raise NoSuchBroadcast(broadcast_id)
        return broadcast

    async def save(self, broadcast: Broadcast) -> None:
        """Record its buttons, state and progress. Raises NoSuchBroadcast."""
        stored = await self.lock(broadcast.id)
        changing = sanitized(broadcast)
        self._session.tables.broadcasts[broadcast.id] = replace(
            stored,
            buttons=changing.buttons,
            is_previewed=changing.is_previewed,
            state=changing.state,
            queued=changing.queued,
            queued_up_to=changing.queued_up_to,
            started_at=changing.started_at,
            ended_at=changing.ended_at,
        )

    async def newest(self, limit: int) -> tuple[Broadcast, ...]:
        """The newest ones."""
        return tuple(sorted(self._all(), key=_age, reverse=True)[:limit])

    async def running(self) -> tuple[Broadcast, ...]:
        """Those that are being sent."""
        return tuple(sorted((one for one in self._all() if one.state is BroadcastState.RUNNING), key=_age))

    async def count(self, audience: Audience, now: datetime) -> int:
        """How many users are in *audience*."""
        return sum(1 for _ in self._members(audience, BEFORE_ALL, now))

    async def recipients(self, broadcast: Broadcast, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """The users of its audience beyond `queued_up_to`, but for those who came after its start."""
        users, began = self._session.tables.users, broadcast.started_at
        members = self._members(broadcast.audience, broadcast.queued_up_to, now)
        early = (tg_id for tg_id in members if began is None or users[tg_id].created_at <= began)
        return tuple(islice(early, limit))

    async def queue(self, broadcast_id: BroadcastId, now: datetime) -> BroadcastQueue:
        """How many of its messages are neither sent nor given up."""
        tables, begin = self._session.tables, announcements_of(broadcast_id)
        undelivered = [tables.messages[one].message for one in tables.undelivered]
        waiting = [one for one in undelivered if one.dedupe.startswith(begin)]
        return BroadcastQueue(sum(one.not_before <= now or one.attempts > 0 for one in waiting), len(waiting))

    async def progress(self, broadcast_id: BroadcastId) -> BroadcastProgress:
        """What became of its messages."""
        tables, begin = self._session.tables, announcements_of(broadcast_id)
        messages = [
            tables.messages[message_id].message
            for dedupe, message_id in tables.dedupe_keys.items()
            if dedupe.startswith(begin)
        ]
        sent = sum(one.done_at is not None and one.dropped_reason is None for one in messages)
        waiting = sum(one.done_at is None and one.dead_at is None for one in messages)
        told, lost = tables.broadcasts_told.get(broadcast_id, (0, 0))
        return BroadcastProgress(sent + told, len(messages) - sent - waiting + lost, waiting)

    def _all(self) -> list[Broadcast]:
        return list(self._session.tables.broadcasts.values())

    def _members(self, audience: Audience, after: TelegramId, now: datetime) -> Iterator[TelegramId]:
        tables = self._session.tables
        for tg_id in map(TelegramId, tables.user_ids.after(after)):
            user = tables.users[tg_id]
            if user.unreachable_at is None and user.is_welcome and user.notices.wants(NoticeGroup.NEWS):
                held = tables.subscriptions.get(tg_id, Subscription(tg_id))
                if audience.language in (None, user.language) and _is_in(audience, held, now):
                    yield tg_id


def _is_in(audience: Audience, subscription: Subscription, now: datetime) -> bool:
    ends_at, is_trial = subscription.ends_at, subscription.plan_code == TRIAL
    if audience.plan_code not in (None, subscription.plan_code):
        return False
    match audience.segment:
        case Segment.EVERYONE:
            return True
        case Segment.NEVER:
            return ends_at is None
        case Segment.EXPIRED:
            return ends_at is not None and ends_at <= now - timedelta(days=audience.ended_days)
        case Segment.TRIAL:
            return ends_at is not None and ends_at > now and is_trial
        case Segment.ACTIVE:
            return ends_at is not None and ends_at > now and not is_trial


def _age(broadcast: Broadcast) -> tuple[datetime, BroadcastId]:
    return (broadcast.created_at, broadcast.id)
