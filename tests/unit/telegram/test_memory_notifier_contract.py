"""The notifier in memory fulfils the contract of notifiers."""

from datetime import timedelta

import pytest

from orbit_adapters.memory.notifier import MemoryNotifier
from orbit_domain.ids import TelegramId
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_testing.contracts.notifier import NotifierContract, NotifierHarness


class MemoryUsers:
    """Users of the notifier in memory, numbered from 1."""

    def __init__(self) -> None:
        self.notifier = MemoryNotifier()
        self._users = 0

    def new_user(self) -> TelegramId:
        self._users += 1
        return TelegramId(self._users)

    def received(self, tg_id: TelegramId) -> int:
        return sum(sent.tg_id == tg_id for sent in self.notifier.sent)

    def make_unreachable(self, tg_id: TelegramId) -> None:
        self.notifier.fail_with(Unreachable("gone"), tg_id)

    def make_busy(self, tg_id: TelegramId) -> None:
        self.notifier.fail_with(RetryLater(timedelta(seconds=2), "busy"), tg_id)

    def go_down(self) -> None:
        self.notifier.fail_with(RetryLater(timedelta(seconds=30), "down"))

    def restore(self) -> None:
        self.notifier.recover()


class TestMemoryNotifier(NotifierContract):
    @pytest.fixture
    def harness(self) -> NotifierHarness:
        return MemoryUsers()
