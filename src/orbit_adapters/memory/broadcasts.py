"""Broadcasts in memory."""

from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.broadcast.broadcast import Broadcast, BroadcastProgress, BroadcastState, NoSuchBroadcast, Segment
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.notice.announcement import announcements_of
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
        """Record its state and progress. Raises NoSuchBroadcast."""
        stored = await self.lock(broadcast.id)
        self._session.tables.broadcasts[broadcast.id] = replace(
            stored,
            state=broadcast.state,
            queued=broadcast.queued,
            queued_up_to=broadcast.queued_up_to,
            ended_at=broadcast.ended_at,
        )

    async def newest(self, limit: int) -> tuple[Broadcast, ...]:
        """The newest ones."""
        return tuple(sorted(self._all(), key=_age, reverse=True)[:limit])

    async def running(self) -> tuple[Broadcast, ...]:
        """Those that are being sent."""
        return tuple(sorted((one for one in self._all() if one.state is BroadcastState.RUNNING), key=_age))

    async def count(self, segment: Segment, now: datetime) -> int:
        """How many users are in *segment*."""
        return len(self._members(segment, now))

    async def recipients(
        self, segment: Segment, after: TelegramId, now: datetime, limit: int
    ) -> tuple[TelegramId, ...]:
        """The users of *segment* beyond *after*."""
        return tuple(sorted(tg_id for tg_id in self._members(segment, now) if tg_id > after)[:limit])

    async def waiting(self, broadcast_id: BroadcastId) -> int:
        """How many of its messages are neither sent nor given up."""
        tables, begin = self._session.tables, announcements_of(broadcast_id)
        return sum(tables.messages[one].message.dedupe.startswith(begin) for one in tables.undelivered)

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
        return BroadcastProgress(sent, len(messages) - sent - waiting, waiting)

    def _all(self) -> list[Broadcast]:
        return list(self._session.tables.broadcasts.values())

    def _members(self, segment: Segment, now: datetime) -> list[TelegramId]:
        tables = self._session.tables
        reachable = (
            tg_id for tg_id, user in tables.users.items() if user.unreachable_at is None and user.banned_at is None
        )
        held = (tables.subscriptions.get(tg_id, Subscription(tg_id)) for tg_id in reachable)
        return [one.tg_id for one in held if _is_in(segment, one, now)]


def _is_in(segment: Segment, subscription: Subscription, now: datetime) -> bool:
    ends_at, is_trial = subscription.ends_at, subscription.plan_code == TRIAL
    match segment:
        case Segment.EVERYONE:
            return True
        case Segment.NEVER:
            return ends_at is None
        case Segment.EXPIRED:
            return ends_at is not None and ends_at <= now
        case Segment.TRIAL:
            return ends_at is not None and ends_at > now and is_trial
        case Segment.ACTIVE:
            return ends_at is not None and ends_at > now and not is_trial


def _age(broadcast: Broadcast) -> tuple[datetime, BroadcastId]:
    return (broadcast.created_at, broadcast.id)
