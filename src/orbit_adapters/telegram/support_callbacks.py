"""Callback data of the buttons of cases and of the staff's chats. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose


@dataclass(frozen=True, slots=True)
class AnswerCustomer(Callback):
    """For the staff: ask for the answer to this customer."""

    customer: TelegramId
    word: ClassVar[str] = "answer"


@dataclass(frozen=True, slots=True)
class SeeCases(Callback):
    """For the staff: show a page of the cases that aren't closed."""

    page: int
    word: ClassVar[str] = "cases"


@dataclass(frozen=True, slots=True)
class SeeCase(Callback):
    """For the staff: show this case."""

    case: CaseId
    word: ClassVar[str] = "case"


@dataclass(frozen=True, slots=True)
class CloseCase(Callback):
    """For the staff: close this case."""

    case: CaseId
    word: ClassVar[str] = "caseover"


@dataclass(frozen=True, slots=True)
class CloseOwnCase(Callback):
    """For the customer: this case of theirs is settled."""

    case: CaseId
    word: ClassVar[str] = "solved"


@dataclass(frozen=True, slots=True)
class ReportPayment(Callback):
    """Tell the shop that the money isn't there, with what the shop knows of it."""

    word: ClassVar[str] = "nomoney"


@dataclass(frozen=True, slots=True)
class SeeShopChats(Callback):
    """For the owner: show which chat is for what."""

    word: ClassVar[str] = "chats"


@dataclass(frozen=True, slots=True)
class ChooseHere(Callback):
    """For the owner: let the chat or topic of this message serve that purpose, or no more."""

    purpose: Purpose
    word: ClassVar[str] = "here"


@dataclass(frozen=True, slots=True)
class MuteEvent(Callback):
    """For the owner: tell this kind of event no more, or again."""

    event: EventKind
    word: ClassVar[str] = "mute"
