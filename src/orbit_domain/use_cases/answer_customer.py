"""An admin answers what a customer asked."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.questions import OwnerAnswered
from orbit_domain.steps.notify import notify
from orbit_domain.steps.require_admin import require_admin
from orbit_domain.storage import Storage
from orbit_domain.use_cases.ask_owner import QUESTION_CHARS, NotAQuestion
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class AnswerCustomer:
    """Send the answer to the customer. Raises AdminsOnly, NotAQuestion, NoSuchUser."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, tg_id: TelegramId, text: str) -> User:
        text = text.strip()
        async with self.storage.transaction() as tx:
            admin = await require_admin(tx, admin_id, self.owner)
            if not 0 < len(text) <= QUESTION_CHARS:
                raise NotAQuestion(QUESTION_CHARS)
            if await tx.users.get(tg_id) is None:
                raise NoSuchUser(tg_id)
            await notify(tx, self.ids, tg_id, OwnerAnswered(self.ids.uuid(), text), self.clock.now())
        return admin
