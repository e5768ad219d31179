"""Broadcasts in SQL."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.broadcast_tables import broadcasts
from orbit_adapters.sql.indexes import IS_UNDELIVERED
from orbit_adapters.sql.query import Row, begins_with, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import outbox, users
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import (
    Broadcast,
    BroadcastProgress,
    BroadcastQueue,
    BroadcastState,
    NoSuchBroadcast,
)
from orbit_domain.broadcast.content import BroadcastButton
from orbit_domain.ids import BroadcastId, PlanCode, TelegramId
from orbit_domain.notice.announcement import announcements_of
from orbit_domain.plan.plan import TRIAL

_id, _ends_at = broadcasts.c.id, users.c.subscription_end


class SqlBroadcasts:
    """The port `Broadcasts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, broadcast: Broadcast) -> None:
        """Record a new one. Raises StorageConflict for an id in use."""
        row = {
            "id": broadcast.id,
            "author": broadcast.author,
            "html": broadcast.html,
            "segment": broadcast.audience.segment,
            "language": broadcast.audience.language,
            "plan_code": broadcast.audience.plan_code,
            "ended_days": broadcast.audience.ended_days,
            "picture": broadcast.picture,
            "recipients": broadcast.recipients,
            "created_at": broadcast.created_at,
        }
        await execute(self._connection, insert(broadcasts).values(**row, **_changing(broadcast)))

    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None:
        """The broadcast, if there is one."""
        row = await fetch_one(self._connection, select(broadcasts).where(_id == broadcast_id))
        return _broadcast_from(row) if row is not None else None

    async def lock(self, broadcast_id: BroadcastId) -> Broadcast:
        """The broadcast, held until the transaction ends. Raises NoSuchBroadcast."""
        row = await fetch_one(self._connection, select(broadcasts).where(_id == broadcast_id).with_for_update())
        if row is None:
            raise NoSuchBroadcast(broadcast_id)
        return _broadcast_from(row)

    async def save(self, broadcast: Broadcast) -> None:
        """Record its buttons, state and progress. Raises NoSuchBroadcast."""
        changed = update(broadcasts).where(_id == broadcast.id).values(**_changing(broadcast))
        if not await rowcount(self._connection, changed):
            raise NoSuchBroadcast(broadcast.id)

    async def newest(self, limit: int) -> tuple[Broadcast, ...]:
        """The newest ones."""
        found = select(broadcasts).order_by(broadcasts.c.created_at.desc(), _id.desc()).limit(limit)
        return tuple(_broadcast_from(row) for row in await fetch_all(self._connection, found))

    async def running(self) -> tuple[Broadcast, ...]:
        """Those that are being sent."""
        found = select(broadcasts).where(broadcasts.c.state == BroadcastState.RUNNING)
        rows = await fetch_all(self._connection, found.order_by(broadcasts.c.created_at, _id))
        return tuple(_broadcast_from(row) for row in rows)

    async def count(self, audience: Audience, now: datetime) -> int:
        """How many users are in *audience*."""
        counted = select(func.count().label("users")).where(_is_in(audience.segment, now), *_narrowed(audience, now))
        row = await fetch_one(self._connection, counted)
        return int(row["users"]) if row is not None else 0

    async def recipients(self, broadcast: Broadcast, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """The users of its audience beyond `queued_up_to`: one page by the primary key."""
        audience, began = broadcast.audience, broadcast.started_at
        page = select(users.c.tg_id).where(
            users.c.tg_id > broadcast.queued_up_to,
            _is_in(audience.segment, now),
            *_narrowed(audience, now),
            *([users.c.created_at <= began] if began is not None else []),
        )
        rows = await fetch_all(self._connection, page.order_by(users.c.tg_id).limit(limit))
        return tuple(TelegramId(row["tg_id"]) for row in rows)

    async def queue(self, broadcast_id: BroadcastId, now: datetime) -> BroadcastQueue:
        """How many of its messages are neither sent nor given up: only those are read."""
        is_due = or_(outbox.c.not_before <= now, outbox.c.attempts > 0)
        counted = select(func.count().filter(is_due).label("due"), func.count().label("waiting"))
        row = await fetch_one(self._connection, counted.where(IS_UNDELIVERED, _is_of(broadcast_id)))
        return BroadcastQueue(int(row["due"]), int(row["waiting"])) if row is not None else BroadcastQueue(0, 0)

    async def progress(self, broadcast_id: BroadcastId) -> BroadcastProgress:
        """What became of its messages: one range of the dedupe keys, and the figures of those that are gone."""
        is_sent = and_(outbox.c.done_at.is_not(None), outbox.c.dropped_reason.is_(None))
        counted = select(
            func.count().filter(is_sent).label("sent"),
            func.count().filter(IS_UNDELIVERED).label("waiting"),
            func.count().label("all"),
        ).where(_is_of(broadcast_id))
        columns = (broadcasts.c.sent.label("gone_sent"), broadcasts.c.lost.label("gone_lost"))
        gone = select(*columns).where(_id == broadcast_id)
        here, before = counted.subquery(), gone.subquery()
        row = await fetch_one(self._connection, select(here, before).select_from(here.outerjoin(before, true())))
        if row is None:
            return BroadcastProgress(0, 0, 0)
        sent, waiting, made = (int(row[name]) for name in ("sent", "waiting", "all"))
        lost = made - sent - waiting
        return BroadcastProgress(sent + (row["gone_sent"] or 0), lost + (row["gone_lost"] or 0), waiting)


def _is_of(broadcast_id: BroadcastId) -> ColumnElement[bool]:
    """A message of this broadcast, by the range of its dedupe keys."""
    return begins_with(outbox.c.dedupe, announcements_of(broadcast_id))


def _is_in(segment: Segment, now: datetime) -> ColumnElement[bool]:
    is_sold_to = and_(users.c.banned_at.is_(None), users.c.deleted_at.is_(None))
    can_be_reached = and_(users.c.unreachable_at.is_(None), is_sold_to, users.c.notify_news)
    is_trial = users.c.plan_code == TRIAL
    match segment:
        case Segment.EVERYONE:
            return can_be_reached
        case Segment.NEVER:
            return and_(can_be_reached, _ends_at.is_(None))
        case Segment.EXPIRED:
            return and_(can_be_reached, _ends_at <= now)
        case Segment.TRIAL:
            return and_(can_be_reached, _ends_at > now, is_trial)
        case Segment.ACTIVE:
            return and_(can_be_reached, _ends_at > now, or_(users.c.plan_code.is_(None), ~is_trial))


def _narrowed(audience: Audience, now: datetime) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if audience.language is not None:
        narrowed.append(users.c.lang == audience.language)
    if audience.plan_code is not None:
        narrowed.append(users.c.plan_code == audience.plan_code)
    if audience.segment is Segment.EXPIRED:
        narrowed.append(_ends_at <= now - timedelta(days=audience.ended_days))
    return narrowed


def _changing(broadcast: Broadcast) -> dict[str, object]:
    return {
        "buttons": [[button.label, button.target] for button in broadcast.buttons],
        "is_previewed": broadcast.is_previewed,
        "state": broadcast.state,
        "queued": broadcast.queued,
        "queued_up_to": broadcast.queued_up_to,
        "started_at": broadcast.started_at,
        "ended_at": broadcast.ended_at,
    }


def _broadcast_from(row: Row) -> Broadcast:
    return Broadcast(
        id=BroadcastId(row["id"]),
        author=TelegramId(row["author"]),
        html=row["html"],
        audience=Audience(
            Segment(row["segment"]),
            row["language"],
            PlanCode(row["plan_code"]) if row["plan_code"] is not None else None,
            row["ended_days"],
        ),
        recipients=row["recipients"],
        created_at=row["created_at"],
        picture=row["picture"],
        buttons=tuple(BroadcastButton(label, target) for label, target in row["buttons"]),
        is_previewed=row["is_previewed"],
        state=BroadcastState(row["state"]),
        queued=row["queued"],
        queued_up_to=TelegramId(row["queued_up_to"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )
