"""A customer asks the shop: a case is opened or goes on, and the staff hears of it."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.steps.notify import notify
from orbit_domain.steps.write_case import record_question
from orbit_domain.storage import Storage
from orbit_domain.support.case import CaseSubject
from orbit_domain.user.user import User

QUESTION_CHARS = 2_000
_QUESTIONS_AN_HOUR = 5


@dataclass(eq=False)
class NotAQuestion(Refusal):
    """Nothing was written, or too much."""

    maximum: int


@dataclass(eq=False)
class TooManyQuestions(Refusal):
    """So many questions of this user were passed on in this hour already."""

    maximum: int


@dataclass(eq=False)
class NobodyToAsk(Refusal):
    """The shop has neither a support account nor an owner in Telegram."""

    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class AskOwner:
    """Record the question and pass it on: to the chat for support, or to the owner.

    *subject* is PAYMENT where the customer misses money; the button says so, and words may follow.
    Raises NotAQuestion, TooManyQuestions, NobodyToAsk, NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId, text: str, subject: CaseSubject = CaseSubject.QUESTION) -> User:
        text, is_payment = text.strip(), subject is CaseSubject.PAYMENT
        if not (text or is_payment) or len(text) > QUESTION_CHARS:
            raise NotAQuestion(QUESTION_CHARS)
        if self.owner is None:
            raise NobodyToAsk(tg_id)
        now = self.clock.now()
        hour_at = now.replace(minute=0, second=0, microsecond=0)
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            case = await record_question(tx, self.ids, tg_id, subject, text, now)
            for number in range(_QUESTIONS_AN_HOUR):
                notice = CustomerWrote(tg_id, user.username, text, hour_at, number, case.id, is_payment)
                if await notify(tx, self.ids, self.owner, notice, now):
                    return user
            raise TooManyQuestions(_QUESTIONS_AN_HOUR)
