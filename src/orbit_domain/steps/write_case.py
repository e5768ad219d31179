"""What is written in a case. The customer is locked first: so there is one live case of each."""

from dataclasses import replace
from datetime import datetime

from orbit_domain.ids import CaseId, Ids, TelegramId
from orbit_domain.notice.questions import OwnerAnswered
from orbit_domain.steps.notify import notify
from orbit_domain.storage import AdminAction, Transaction, subject_of, telegram_actor
from orbit_domain.support.case import Case, CaseMessage, CaseState, CaseSubject

_LOGGED_CHARS = 200


async def record_question(
    tx: Transaction, ids: Ids, tg_id: TelegramId, subject: CaseSubject, text: str, now: datetime
) -> Case:
    """The customer's live case, or a new one, with what they have written just now."""
    case = (await _live_case(tx, ids, tg_id, subject, now)).about(subject).ask(now)
    await tx.cases.save(case)
    await tx.cases.add_message(CaseMessage(ids.uuid(), case.id, None, text, now))
    return case


async def record_answer(
    tx: Transaction, ids: Ids, tg_id: TelegramId, staff_id: TelegramId, text: str, now: datetime
) -> Case:
    """One of the staff writes to the customer, who is told. Also where nothing was asked: then a case begins."""
    case = (await _live_case(tx, ids, tg_id, CaseSubject.QUESTION, now)).answer(now)
    await tx.cases.save(case)
    await tx.cases.add_message(CaseMessage(ids.uuid(), case.id, staff_id, text, now))
    await notify(tx, ids, tg_id, OwnerAnswered(ids.uuid(), text, case.id), now)
    actor, subject = telegram_actor(staff_id), subject_of(tg_id)
    await tx.admin_log.add(AdminAction(ids.uuid(), actor, "write", subject, text[:_LOGGED_CHARS], now))
    return case


async def _live_case(tx: Transaction, ids: Ids, tg_id: TelegramId, subject: CaseSubject, now: datetime) -> Case:
    """The live case, or a new one in the topic of the one before."""
    newest = await tx.cases.newest_of(tg_id)
    if newest is not None and newest.is_live:
        return newest
    case = Case(CaseId(ids.uuid()), tg_id, subject, now, now, CaseState.OPEN)
    if newest is not None:
        case = replace(case, topic_chat_id=newest.topic_chat_id, topic_id=newest.topic_id)
    await tx.cases.add(case)
    return case
