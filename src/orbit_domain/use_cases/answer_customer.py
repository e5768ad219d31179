"""One of the staff answers a customer: from `/admin`, or by replying in the chat for support."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import CaseId, Ids, TelegramId
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.steps.write_case import record_answer
from orbit_domain.storage import Storage
from orbit_domain.use_cases.ask_owner import QUESTION_CHARS, NotAQuestion
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class AnswerCustomer:
    """Send the answer to the customer. Raises NotPermitted, NotAQuestion, NoSuchUser."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, tg_id: TelegramId, text: str) -> User:
        text = text.strip()
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.WRITE_TO_CUSTOMERS)
            if not 0 < len(text) <= QUESTION_CHARS:
                raise NotAQuestion(QUESTION_CHARS)
            if await tx.users.get(tg_id) is None:
                raise NoSuchUser(tg_id)
            await tx.users.lock(tg_id)
            await record_answer(tx, self.ids, tg_id, admin_id, text, self.clock.now())
        return admin


@dataclass(frozen=True, slots=True)
class AnswerInChat:
    """Pass on what one of the staff replies to a case's message in a chat.

    Whoever is in the chat for support may read; who may answer is asked now. Raises as `AnswerCustomer` does.
    """

    storage: Storage
    answer_customer: AnswerCustomer

    async def __call__(self, admin_id: TelegramId, chat_id: int, replied_to: int, text: str) -> User | None:
        """The admin; None where the message is of no case, or the chat isn't the shop's: then nothing is said."""
        async with self.storage.transaction() as tx:
            chat = await tx.shop_chats.get(Purpose.SUPPORT)
            if chat is None or chat.place.chat_id != chat_id:
                return None
            case_id: CaseId | None = await tx.cases.of_post(chat_id, replied_to)
            case = await tx.cases.get(case_id) if case_id is not None else None
        return await self.answer_customer(admin_id, case.tg_id, text) if case is not None else None
