"""Callback data of the buttons with which plans are given, and taken. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import GiftCode, Nonce, OrderId, PlanCode


@dataclass(frozen=True, slots=True)
class OfferGifts(Callback):
    """Show the plans that can be given to somebody."""

    word: ClassVar[str] = "giveplan"


@dataclass(frozen=True, slots=True)
class GivePlan(Callback):
    """Give this plan to somebody. The nonce is that of the plan list: one list makes one gift of each plan."""

    plan: PlanCode
    nonce: Nonce
    word: ClassVar[str] = "giftbuy"


@dataclass(frozen=True, slots=True)
class SeeGifts(Callback):
    """Show the gifts that the user has paid."""

    word: ClassVar[str] = "gifts"


@dataclass(frozen=True, slots=True)
class SeeGift(Callback):
    """Show this gift to its giver."""

    order: OrderId
    word: ClassVar[str] = "gift"


@dataclass(frozen=True, slots=True)
class AskGiftMessage(Callback):
    """Ask for the words that go with this gift, which the giver then types."""

    order: OrderId
    word: ClassVar[str] = "giftmsg"


@dataclass(frozen=True, slots=True)
class DropGiftMessage(Callback):
    """Let this gift go without words."""

    order: OrderId
    word: ClassVar[str] = "giftnomsg"


@dataclass(frozen=True, slots=True)
class SendGiftCard(Callback):
    """Send this gift's card, to be forwarded."""

    order: OrderId
    word: ClassVar[str] = "giftcard"


@dataclass(frozen=True, slots=True)
class AskGiveUpGift(Callback):
    """Ask whether this gift is to be given up."""

    order: OrderId
    word: ClassVar[str] = "askgiveup"


@dataclass(frozen=True, slots=True)
class GiveUpGift(Callback):
    """Give this gift up: its price goes back to the balance."""

    order: OrderId
    word: ClassVar[str] = "giveup"


@dataclass(frozen=True, slots=True)
class TakeGift(Callback):
    """Take the gift of this link."""

    code: GiftCode
    word: ClassVar[str] = "takegift"
