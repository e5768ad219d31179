"""Cases in SQL."""

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_LIVE_CASE, IS_OPEN_CASE
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.support_tables import support_cases, support_messages, support_posts
from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.support.case import Case, CaseMessage, CaseState, CaseSubject, NoSuchCase

_case, _message = support_cases.c, support_messages.c


class SqlCases:
    """The port `Cases`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, case: Case) -> None:
        """Record a new one. Raises StorageConflict for an id in use, and for a second live one of a customer."""
        row = {"id": case.id, "tg_id": case.tg_id, "opened_at": case.opened_at}
        await execute(self._connection, insert(support_cases).values(**row, **_changing(case)))

    async def get(self, case_id: CaseId) -> Case | None:
        """The case, if there is one."""
        row = await fetch_one(self._connection, select(support_cases).where(_case.id == case_id))
        return _case_from(row) if row is not None else None

    async def newest_of(self, tg_id: TelegramId) -> Case | None:
        """The customer's newest case: the live one, as none is opened before it is closed."""
        of_user = select(support_cases).where(_case.tg_id == tg_id)
        newest = of_user.order_by(_case.opened_at.desc(), _case.id.desc()).limit(1)
        row = await fetch_one(self._connection, newest)
        return _case_from(row) if row is not None else None

    async def save(self, case: Case) -> None:
        """Record what changes. Raises NoSuchCase, and StorageConflict for a second live one of a customer."""
        changed = update(support_cases).where(_case.id == case.id).values(**_changing(case))
        if not await rowcount(self._connection, changed):
            raise NoSuchCase(case.id)

    async def live(self, limit: int) -> tuple[Case, ...]:
        """Who waits longest is first, then what was answered."""
        found = select(support_cases).where(IS_LIVE_CASE)
        ordered = found.order_by(_case.waiting_since.is_(None), _case.waiting_since, _case.last_at.desc(), _case.id)
        return tuple(_case_from(row) for row in await fetch_all(self._connection, ordered.limit(limit)))

    async def count_waiting(self) -> int:
        """How many wait for an answer."""
        counted = select(func.count().label("waiting")).select_from(support_cases).where(IS_OPEN_CASE)
        row = await fetch_one(self._connection, counted)
        return int(row["waiting"]) if row is not None else 0

    async def add_message(self, message: CaseMessage) -> None:
        """Record what was written. Raises StorageConflict for an id in use, and for a case that there isn't."""
        row = {
            "id": message.id,
            "case_id": message.case_id,
            "staff_id": message.staff_id,
            "text": message.text,
            "at": message.at,
        }
        await execute(self._connection, insert(support_messages).values(**row))

    async def messages(self, case_id: CaseId, limit: int) -> tuple[CaseMessage, ...]:
        """The newest messages, oldest first."""
        of_case = select(support_messages).where(_message.case_id == case_id)
        newest = of_case.order_by(_message.at.desc(), _message.id.desc()).limit(limit)
        rows = await fetch_all(self._connection, newest)
        return tuple(reversed([_message_from(row) for row in rows]))

    async def add_post(self, chat_id: int, message_id: int, case_id: CaseId) -> None:
        """The first case of a message stays."""
        row = {"chat_id": chat_id, "message_id": message_id, "case_id": case_id}
        added = dialect_insert(self._connection, support_posts).values(**row)
        await execute(self._connection, added.on_conflict_do_nothing(index_elements=["chat_id", "message_id"]))

    async def of_post(self, chat_id: int, message_id: int) -> CaseId | None:
        """The case that this message shows."""
        post = support_posts.c
        found = select(post.case_id).where(post.chat_id == chat_id, post.message_id == message_id)
        row = await fetch_one(self._connection, found)
        return CaseId(row["case_id"]) if row is not None else None


def _changing(case: Case) -> dict[str, object]:
    return {
        "subject": case.subject,
        "state": case.state,
        "last_at": case.last_at,
        "waiting_since": case.waiting_since,
        "topic_chat_id": case.topic_chat_id,
        "topic_id": case.topic_id,
    }


def _case_from(row: Row) -> Case:
    return Case(
        id=CaseId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        subject=CaseSubject(row["subject"]),
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        state=CaseState(row["state"]),
        waiting_since=row["waiting_since"],
        topic_chat_id=row["topic_chat_id"],
        topic_id=row["topic_id"],
    )


def _message_from(row: Row) -> CaseMessage:
    staff_id = row["staff_id"]
    return CaseMessage(
        id=row["id"],
        case_id=CaseId(row["case_id"]),
        staff_id=TelegramId(staff_id) if staff_id is not None else None,
        text=row["text"],
        at=row["at"],
    )
