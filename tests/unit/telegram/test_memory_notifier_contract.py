"""The notifier in memory keeps the promises of the real one."""

from datetime import timedelta

import pytest

from orbit_adapters.memory.notifier import MemoryNotifier
from orbit_domain.ids import TelegramId
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_testing.contracts.notifier import NotifierContract, NotifierWorld


class MemoryPeople:
    """People who are numbers."""

    def __init__(self) -> None:
        self.notifier = MemoryNotifier()
        self._people = 0

    def person(self) -> TelegramId:
        self._people += 1
        return TelegramId(self._people)

    def heard(self, tg_id: TelegramId) -> int:
        return sum(told.tg_id == tg_id for told in self.notifier.told)

    def leave(self, tg_id: TelegramId) -> None:
        self.notifier.meet(Unreachable("gone"), tg_id)

    def be_busy(self, tg_id: TelegramId) -> None:
        self.notifier.meet(RetryLater(timedelta(seconds=2), "busy"), tg_id)

    def go_down(self) -> None:
        self.notifier.meet(RetryLater(timedelta(seconds=30), "down"))

    def heal(self) -> None:
        self.notifier.heal()


class TestMemoryNotifier(NotifierContract):
    @pytest.fixture
    def world(self) -> NotifierWorld:
        return MemoryPeople()
