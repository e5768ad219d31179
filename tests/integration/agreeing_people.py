"""Users, their roles and bans, for the machine that compares three storages."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from orbit_domain.ids import TelegramId
from orbit_domain.notice_settings.notice_settings import NoticeSettings
from orbit_domain.user.user import Role
from orbit_testing import samples, strategies
from tests.integration.agreeing_storages import AgreeingStorages, failures, minutes, people
from tests.integration.storage.readings import PEOPLE


class AgreeingPeople(AgreeingStorages):
    """Steps of users."""

    @initialize()
    def first_user(self) -> None:
        self.all(lambda tx: tx.users.add_if_absent(samples.new_user(PEOPLE[0])))

    @rule(tg_id=people, referrer=st.none() | people, at=minutes, fails=failures)
    def register(self, tg_id: TelegramId, referrer: TelegramId | None, at: datetime, fails: bool) -> None:
        new = samples.new_user(tg_id, referrer_id=referrer, created_at=at)
        self.all(lambda tx: tx.users.add_if_absent(new), fails=fails)

    @rule(tg_id=people, at=st.none() | minutes, fails=failures)
    def mark(self, tg_id: TelegramId, at: datetime | None, fails: bool) -> None:
        self.all(lambda tx: tx.users.set_unreachable(tg_id, at), fails=fails)
        self.all(lambda tx: tx.users.set_language(tg_id, "en"), fails=fails)

    @rule(tg_id=people)
    def look_up(self, tg_id: TelegramId) -> None:
        first, *others = (self.loop.run_until_complete(storage.find_customer(tg_id)) for storage in self.storages)
        assert others == [first] * len(others)

    @rule(tg_id=people, settings=strategies.notice_settings(), fails=failures)
    def choose(self, tg_id: TelegramId, settings: NoticeSettings, fails: bool) -> None:
        self.all(lambda tx: tx.users.set_notices(tg_id, settings), fails=fails)

    @rule(tg_id=people, role=st.sampled_from(Role), at=st.none() | minutes, fails=failures)
    def appoint_and_ban(self, tg_id: TelegramId, role: Role, at: datetime | None, fails: bool) -> None:
        self.all(lambda tx: tx.users.set_role(tg_id, role), fails=fails)
        self.all(lambda tx: tx.users.set_banned(tg_id, at), fails=fails)
