"""An admin answers what a customer asked."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.questions import OwnerAnswered
from orbit_domain.steps.notify import notify
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage, subject_of, telegram_actor
from orbit_domain.use_cases.ask_owner import QUESTION_CHARS, NotAQuestion
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User

_LOGGED_CHARS = 200


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
            now, actor = self.clock.now(), telegram_actor(admin_id)
            await notify(tx, self.ids, tg_id, OwnerAnswered(self.ids.uuid(), text), now)
            action = AdminAction(self.ids.uuid(), actor, "write", subject_of(tg_id), text[:_LOGGED_CHARS], now)
            await tx.admin_log.add(action)
        return admin
