"""What the port `Notifier` promises: told, or a reason from which it is known what to do next."""

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
"""A notice of every kind; strangers have written into some of them."""


class NotifierWorld(Protocol):
    """The notifier under test and a hand on the people behind it."""

    notifier: Notifier

    def person(self) -> TelegramId:
        """Somebody new who can be told things."""

    def heard(self, tg_id: TelegramId) -> int:
        """How many messages have reached them."""

    def leave(self, tg_id: TelegramId) -> None:
        """They want to hear nothing from us ever again."""

    def be_busy(self, tg_id: TelegramId) -> None:
        """Until healed, they may be told nothing for some seconds."""

    def go_down(self) -> None:
        """Until healed, nobody can be reached."""

    def heal(self) -> None:
        """End what `be_busy` and `go_down` began, and let the time pass that was asked for."""


class NotifierContract:
    """Subclass it and give a fixture `world`; every test then runs against that notifier."""

    @pytest.fixture
    def world(self) -> NotifierWorld:
        """A fresh notifier."""
        raise pytest.UsageError("a notifier contract needs a fixture `world`")

    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_every_notice_reaches_its_listener_once(self, world: NotifierWorld, language: str) -> None:
        """Each kind of notice becomes exactly one message, in every language, whoever wrote into it."""
        for notice in ONE_OF_EACH:
            listener, other = world.person(), world.person()
            await world.notifier.send(listener, language, notice)
            assert (world.heard(listener), world.heard(other)) == (1, 0), notice

    async def test_a_language_nobody_speaks_is_no_reason_for_silence(self, world: NotifierWorld) -> None:
        """Somebody whose language isn't known any more is told in another one."""
        listener = world.person()
        await world.notifier.send(listener, "tlh", ONE_OF_EACH[0])
        assert world.heard(listener) == 1

    async def test_several_notices_to_one_person_all_arrive(self, world: NotifierWorld) -> None:
        """Pacing delays, it never drops."""
        listener = world.person()
        for notice in ONE_OF_EACH[:_SEVERAL]:
            await world.notifier.send(listener, "en", notice)
        assert world.heard(listener) == _SEVERAL

    async def test_whoever_left_is_unreachable(self, world: NotifierWorld) -> None:
        """It is known for certain that telling is useless, and nobody else is affected."""
        gone, other = world.person(), world.person()
        world.leave(gone)
        with pytest.raises(Unreachable):
            await world.notifier.send(gone, "ru", ONE_OF_EACH[0])
        await world.notifier.send(other, "ru", ONE_OF_EACH[0])
        assert (world.heard(gone), world.heard(other)) == (0, 1)

    async def test_a_busy_listener_is_told_later(self, world: NotifierWorld) -> None:
        """The time to wait is given and real, others don't wait, and afterwards the notice arrives."""
        busy, other = world.person(), world.person()
        world.be_busy(busy)
        with pytest.raises(RetryLater) as trouble:
            await world.notifier.send(busy, "ru", ONE_OF_EACH[0])
        assert timedelta(0) < trouble.value.after <= timedelta(hours=1)
        await world.notifier.send(other, "ru", ONE_OF_EACH[0])
        assert world.heard(other) == 1
        world.heal()
        await world.notifier.send(busy, "ru", ONE_OF_EACH[0])
        assert world.heard(busy) == 1

    async def test_an_outage_is_not_the_listeners_fault(self, world: NotifierWorld) -> None:
        """While nobody can be reached everybody is told later, and nobody is given up."""
        listener = world.person()
        world.go_down()
        with pytest.raises(RetryLater) as trouble:
            await world.notifier.send(listener, "ru", ONE_OF_EACH[0])
        assert trouble.value.after > timedelta(0)
        world.heal()
        await world.notifier.send(listener, "ru", ONE_OF_EACH[0])
        assert world.heard(listener) >= 1
