"""Where cases are kept."""

from typing import Protocol

from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.support.case import Case, CaseMessage


class Cases(Protocol):
    """What customers ask. Lock the user first."""

    async def add(self, case: Case) -> None:
        """Record a new one: its customer has no live one."""

    async def get(self, case_id: CaseId) -> Case | None:
        """The case, if there is one."""

    async def newest_of(self, tg_id: TelegramId) -> Case | None:
        """The customer's newest case."""

    async def save(self, case: Case) -> None:
        """Record its state, times, subject and topic. Raises NoSuchCase."""

    async def live(self, limit: int) -> tuple[Case, ...]:
        """Cases that aren't closed: who waits longest is first, then what was answered, by the last message."""

    async def count_waiting(self) -> int:
        """How many wait for an answer."""

    async def add_message(self, message: CaseMessage) -> None:
        """Record what was written."""

    async def messages(self, case_id: CaseId, limit: int) -> tuple[CaseMessage, ...]:
        """The newest messages, oldest first."""

    async def add_post(self, chat_id: int, message_id: int, case_id: CaseId) -> None:
        """The shop's message in a chat of the staff shows this case."""

    async def of_post(self, chat_id: int, message_id: int) -> CaseId | None:
        """The case that this message shows."""
