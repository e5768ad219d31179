"""The contract of the port `Notifier`: the notice is sent, or the error says what to do next."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    KeyReady,
    MoneyCredited,
    Notice,
    OrderPaid,
    PaymentShort,
    PeriodEnding,
    ScanStopped,
    UnmatchedMoney,
)
from orbit_domain.notice.ports import Notifier, RetryLater, Unreachable
from orbit_domain.subscription.reminders import ReminderKind
from orbit_domain.user.user import LANGUAGES

_AT = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)
_ID = UUID(int=0xA1)
_SEVERAL = 3
_HOSTILE = "<b>\u202e&\u200b<a href='tg://x'>Evil\n" * 100

ONE_OF_EACH: tuple[Notice, ...] = (
    OrderPaid(_ID, "sub_1m", {"ru": "1 месяц", "en": "1 month"}, 12_900, 0, "ton", _AT),
    KeyReady(_ID, "Orbit", "https://vpn.example.org/sub/b3JiaXQ", _AT, is_new=True),
    KeyReady(_ID, "Orbit", "https://vpn.example.org/sub/b3JiaXQ", _AT, is_new=False),
    PaymentShort(_ID, "ton:native", 700_000_000, 733_000_000, "ORB7K3M9P2QXW4", _AT),
    MoneyCredited(5_000, 5_000, _ID, 7_900),
    *(PeriodEnding(kind, _AT, "sub_1m") for kind in ReminderKind),
    UnmatchedMoney("ton|47000001", "ton:native", 1_433_000_000, _HOSTILE, "garbled", None),
    DeliveryDelayed(_ID, 700_000_001, _AT, _HOSTILE),
    ScanStopped("ton", "hole", 47_000_001),
)
"""A notice of every kind. Some hold hostile text."""


class NotifierHarness(Protocol):
    """The notifier under test and its users."""

    notifier: Notifier

    def new_user(self) -> TelegramId:
        """A new, reachable user."""

    def received(self, tg_id: TelegramId) -> int:
        """How many messages have reached the user."""

    def make_unreachable(self, tg_id: TelegramId) -> None:
        """The user becomes unreachable for good."""

    def make_busy(self, tg_id: TelegramId) -> None:
        """Until `restore`, the user can't be sent to for some seconds."""

    def go_down(self) -> None:
        """Until `restore`, no user can be reached."""

    def restore(self) -> None:
        """End `make_busy` and `go_down`, and let the requested pause pass."""


class NotifierContract:
    """Subclass it and give a fixture `harness`; every test then runs against that notifier."""

    @pytest.fixture
    def harness(self) -> NotifierHarness:
        """A fresh notifier."""
        raise pytest.UsageError("a notifier contract needs a fixture `harness`")

    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_every_notice_reaches_its_user_once(self, harness: NotifierHarness, language: str) -> None:
        """Each kind of notice becomes exactly one message, in every language, with any text in it."""
        for notice in ONE_OF_EACH:
            user, other = harness.new_user(), harness.new_user()
            await harness.notifier.send(user, language, notice)
            assert (harness.received(user), harness.received(other)) == (1, 0), notice

    async def test_an_unsupported_language_is_replaced(self, harness: NotifierHarness) -> None:
        """A user whose language isn't supported gets the notice in another one."""
        user = harness.new_user()
        await harness.notifier.send(user, "tlh", ONE_OF_EACH[0])
        assert harness.received(user) == 1

    async def test_several_notices_to_one_user_all_arrive(self, harness: NotifierHarness) -> None:
        """The rate limit delays notices and never drops one."""
        user = harness.new_user()
        for notice in ONE_OF_EACH[:_SEVERAL]:
            await harness.notifier.send(user, "en", notice)
        assert harness.received(user) == _SEVERAL

    async def test_a_user_who_left_is_unreachable(self, harness: NotifierHarness) -> None:
        """Sending to a user who left raises Unreachable, and other users aren't affected."""
        gone, other = harness.new_user(), harness.new_user()
        harness.make_unreachable(gone)
        with pytest.raises(Unreachable):
            await harness.notifier.send(gone, "ru", ONE_OF_EACH[0])
        await harness.notifier.send(other, "ru", ONE_OF_EACH[0])
        assert (harness.received(gone), harness.received(other)) == (0, 1)

    async def test_a_busy_user_is_retried_later(self, harness: NotifierHarness) -> None:
        """The error gives the time to wait, other users don't wait, and after it the notice arrives."""
        busy, other = harness.new_user(), harness.new_user()
        harness.make_busy(busy)
        with pytest.raises(RetryLater) as raised:
            await harness.notifier.send(busy, "ru", ONE_OF_EACH[0])
        assert timedelta(0) < raised.value.after <= timedelta(hours=1)
        assert raised.value.keeps_place
        await harness.notifier.send(other, "ru", ONE_OF_EACH[0])
        assert harness.received(other) == 1
        harness.restore()
        await harness.notifier.send(busy, "ru", ONE_OF_EACH[0])
        assert harness.received(busy) == 1

    async def test_during_an_outage_users_stay_reachable(self, harness: NotifierHarness) -> None:
        """During an outage sending raises RetryLater and never Unreachable."""
        user = harness.new_user()
        harness.go_down()
        with pytest.raises(RetryLater) as raised:
            await harness.notifier.send(user, "ru", ONE_OF_EACH[0])
        assert raised.value.after > timedelta(0)
        assert raised.value.keeps_place
        harness.restore()
        await harness.notifier.send(user, "ru", ONE_OF_EACH[0])
        assert harness.received(user) >= 1
