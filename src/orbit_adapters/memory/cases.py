"""Cases in memory."""

from dataclasses import replace
from datetime import UTC, datetime

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.support.case import Case, CaseMessage, CaseState, NoSuchCase

_NEVER = datetime.max.replace(tzinfo=UTC)


class MemoryCases:
    """The port `Cases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, case: Case) -> None:
        """Record a new one. Raises RecordConflict for an id in use, and for a second live one of a customer."""
        cases = self._session.tables.cases
        self._session.require_user(case.tg_id)
        if case.id in cases:
            raise RecordConflict(f"there is a case {case.id} already")
        self._require_only_live(case)
        cases[case.id] = sanitized(case)

    async def get(self, case_id: CaseId) -> Case | None:
        """The case, if there is one."""
        return self._session.tables.cases.get(case_id)

    async def newest_of(self, tg_id: TelegramId) -> Case | None:
        """The customer's newest case."""
        return max(self._of(tg_id), key=lambda one: (one.opened_at, one.id), default=None)

    async def save(self, case: Case) -> None:
        """Record what changes. Raises NoSuchCase, and RecordConflict for a second live one of a customer."""
        cases = self._session.tables.cases
        stored = cases.get(case.id)
        if stored is None:
            raise NoSuchCase(case.id)
        saved = replace(case, tg_id=stored.tg_id, opened_at=stored.opened_at)
        self._require_only_live(saved)
        cases[case.id] = sanitized(saved)

    async def live(self, limit: int) -> tuple[Case, ...]:
        """Who waits longest is first, then what was answered."""
        return tuple(sorted((one for one in self._all() if one.is_live), key=_urgency)[:limit])

    async def count_waiting(self) -> int:
        """How many wait for an answer."""
        return sum(one.state is CaseState.OPEN for one in self._all())

    async def add_message(self, message: CaseMessage) -> None:
        """Record what was written. Raises RecordConflict for an id in use, and for a case that there isn't."""
        tables = self._session.tables
        if message.id in tables.case_messages or message.case_id not in tables.cases:
            raise RecordConflict(f"message {message.id} of case {message.case_id} can't be added")
        tables.case_messages[message.id] = sanitized(message)

    async def messages(self, case_id: CaseId, limit: int) -> tuple[CaseMessage, ...]:
        """The newest messages, oldest first."""
        written = [one for one in self._session.tables.case_messages.values() if one.case_id == case_id]
        return tuple(sorted(written, key=lambda one: (one.at, one.id))[-limit:])

    async def add_post(self, chat_id: int, message_id: int, case_id: CaseId) -> None:
        """The first case of a message stays."""
        tables = self._session.tables
        if case_id not in tables.cases:
            raise RecordConflict(f"there is no case {case_id}")
        if (chat_id, message_id) not in tables.case_posts:
            tables.case_posts[chat_id, message_id] = case_id

    async def of_post(self, chat_id: int, message_id: int) -> CaseId | None:
        """The case that this message shows."""
        return self._session.tables.case_posts.get((chat_id, message_id))

    def _require_only_live(self, case: Case) -> None:
        others = (one for one in self._of(case.tg_id) if one.id != case.id)
        if case.is_live and any(one.is_live for one in others):
            raise RecordConflict(f"user {case.tg_id} has a live case already")

    def _all(self) -> list[Case]:
        return list(self._session.tables.cases.values())

    def _of(self, tg_id: TelegramId) -> list[Case]:
        return [one for one in self._all() if one.tg_id == tg_id]


def _urgency(case: Case) -> tuple[datetime, float, CaseId]:
    return (case.waiting_since or _NEVER, -case.last_at.timestamp(), case.id)
