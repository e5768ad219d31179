"""Steps with cases and the chats of the staff, in every storage."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.ids import TelegramId
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.support.case import CaseState
from orbit_testing import samples
from tests.integration.agreeing_storages import AgreeingStorages, failures, minutes, numbers, people


class AgreeingSupport(AgreeingStorages):
    """What customers ask, and where the staff reads it."""

    @rule(number=numbers, tg_id=people, state=st.sampled_from(CaseState), at=minutes, fails=failures)
    def write_case(self, number: int, tg_id: TelegramId, state: CaseState, at: datetime, fails: bool) -> None:
        case = samples.case(number, tg_id, state=state, last_at=at, waiting_since=at if state == "open" else None)
        self.all(lambda tx: tx.cases.add(case), fails=fails)
        self.all(lambda tx: tx.cases.save(case), fails=fails)
        self.all(lambda tx: tx.cases.add_message(samples.case_message(number, number, at=at)), fails=fails)
        self.all(lambda tx: tx.cases.add_post(number, number, case.id), fails=fails)

    @rule(purpose=st.sampled_from(Purpose), number=numbers, fails=failures)
    def choose_chat(self, purpose: Purpose, number: int, fails: bool) -> None:
        chat = samples.shop_chat(purpose).move(number)
        self.all(lambda tx: tx.shop_chats.put(chat) if number else tx.shop_chats.remove(purpose), fails=fails)
