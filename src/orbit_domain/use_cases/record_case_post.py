"""Where a case stands in a chat of the staff, so that a reply there finds its customer."""

from dataclasses import dataclass

from orbit_domain.ids import CaseId
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class RecordCasePost:
    """A message there shows the case. Recording it twice changes nothing."""

    storage: Storage

    async def __call__(self, case_id: CaseId, chat_id: int, message_id: int) -> None:
        async with self.storage.transaction() as tx:
            await tx.cases.add_post(chat_id, message_id, case_id)


@dataclass(frozen=True, slots=True)
class RecordCaseTopic:
    """The customer of the case has a topic of their own there."""

    storage: Storage

    async def __call__(self, case_id: CaseId, chat_id: int, topic_id: int) -> None:
        async with self.storage.transaction() as tx:
            found = await tx.cases.get(case_id)
            if found is None:
                return
            await tx.users.lock(found.tg_id)
            case = await tx.cases.get(case_id)
            if case is not None:
                await tx.cases.save(case.give_topic(chat_id, topic_id))
