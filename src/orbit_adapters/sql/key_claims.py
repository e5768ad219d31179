"""The statements that claim placements. Each reads an index in its order, and stops at the limit.

What a claim costs depends on what it takes: neither on how many keys there are, nor on how many others wait.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from orbit_adapters.sql.indexes import IS_DUE_HOME, IS_DUE_WORK
from orbit_adapters.sql.tables import placements
from orbit_domain.ids import PanelId

_PLACE = (placements.c.panel_id, placements.c.next_attempt_at, placements.c.key_id, placements.c.number)
_AGE = _PLACE[1:]
"""How long it has waited; between equals the key decides."""


def due_on(panel_id: PanelId, now: datetime, limit: int) -> CTE:
    """What waits for that panel, the longest waiting first. A refused home waits for another place instead."""
    here = select(*_AGE).where(IS_DUE_WORK, placements.c.panel_id == panel_id, ~placements.c.is_refused)
    return _first(here, _AGE, now, limit, "due")


def _panels_awaited() -> CompoundSelect[tuple[str | None]]:
    panel_id = placements.c.panel_id
    ids = select(func.min(panel_id).label("panel_id")).where(IS_DUE_HOME)
    awaited = ids.where(panel_id > literal("")).cte("awaited", recursive=True)
    following = ids.where(panel_id > awaited.c.panel_id).scalar_subquery()
    stepped = awaited.union_all(select(following).where(awaited.c.panel_id.is_not(None)))
    placeless = exists().where(IS_DUE_HOME, panel_id.is_(None))
    return union_all(
        select(stepped.c.panel_id).where(stepped.c.panel_id.is_not(None)),
        select(cast(null(), panel_id.type)).where(placeless),
    )


PANELS_AWAITED = _panels_awaited()
"""The panels that homes wait for: a step from each to the next one in the index, however many wait for it. None: some
wait for any panel."""


def homeless(lost: Iterable[PanelId], failing: Collection[PanelId], now: datetime, limit: int) -> CTE:
    """Homes that need another place, the longest waiting first: the first of each reason, and of these the first."""
    homes, panel_id = select(*_AGE).where(IS_DUE_HOME), placements.c.panel_id
    reasons = [
        # By the panel too, as the index is: PostgreSQL doesn't see that NULL is one value.
        _first(homes.where(panel_id.is_(None)), _PLACE, now, limit, "placeless"),
        _first(homes.where(placements.c.is_refused == true()), _AGE, now, limit, "refused"),
    ]
    reasons += [
        _first(homes.where(panel_id == lost_id), _AGE, now, limit, f"lost_{number}")
        for number, lost_id in enumerate(sorted(lost))
    ]
    reasons += [
        _first(homes.where(panel_id == failing_id, placements.c.applied == 0), _AGE, now, limit, f"unserved_{number}")
        for number, failing_id in enumerate(sorted(failing))
    ]
    found = union(*(select(reason) for reason in reasons)).subquery("found")
    return select(found).order_by(*(found.c[column.name] for column in _AGE)).limit(limit).cte("due")


def claim_of(due: CTE, lease_until: datetime) -> ReturningUpdate[tuple[UUID, int]]:
    """Claim what *due* has found."""
    return (
        update(placements)
        .where(placements.c.key_id == due.c.key_id, placements.c.number == due.c.number)
        .values(fence=placements.c.fence + 1, next_attempt_at=lease_until)
        .returning(placements.c.key_id, placements.c.number)
    )


def _first(
    waiting: Select[tuple[datetime | None, UUID, int]],
    order: Sequence[ColumnElement[object]],
    now: datetime,
    limit: int,
    name: str,
) -> CTE:
    """The first of them whose time has come and which nobody else is claiming."""
    due = waiting.where(placements.c.next_attempt_at <= now).order_by(*order).limit(limit)
    return due.with_for_update(skip_locked=True).cte(name)
