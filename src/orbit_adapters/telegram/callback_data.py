"""Callback data of buttons: a short word and a few ids, at most 64 bytes.

Ids are looked up for the user who taps, so another user's id finds nothing. Buttons stay on phones for years, so a
word keeps its meaning for ever. Data that can't be read means an outdated button and never an error. Prices are
never part of the data.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from orbit_domain.access.own_keys import RegionStamp
from orbit_domain.broadcast.audience import Segment
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.ids import (
    BroadcastId,
    CaseId,
    ClaimId,
    GiftCode,
    KeyId,
    Nonce,
    OrderId,
    PanelId,
    PaymentId,
    PlanCode,
    PromoCode,
    TelegramId,
)
from orbit_domain.node.fleet import NodeStamp
from orbit_domain.notice_settings.notice_settings import NoticeGroup, QuietHours, UtcOffset
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout_address import AddressStamp
from orbit_domain.payment.receipt import ReceiptCode
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.stats import Span
from orbit_domain.subscription_link.device import DeviceStamp
from orbit_domain.subscription_link.link import LinkStamp
from orbit_domain.use_cases.show_deletion import DeletionStamp
from orbit_domain.use_cases.staff_action import StaffAction
from orbit_domain.user.user import Role

MAX_BYTES = 64
KEPT_MARK = "+"
"""Ends the data of every button on a message that never turns into another screen: a receipt, a key, an invoice."""

_SEPARATOR = ":"


def _reader(pattern: str, make: Callable[[str], Any]) -> Callable[[str], Any]:
    shape = re.compile(pattern, re.ASCII)

    def read(text: str) -> Any:
        if not shape.fullmatch(text):
            raise ValueError("not of the expected shape")
        return make(text)

    return read


_UUID = _reader(r"[0-9a-f]{32}", UUID)
_READERS: Final[dict[object, Callable[[str], Any]]] = {
    OrderId: _UUID,
    PaymentId: _UUID,
    KeyId: _UUID,
    ClaimId: _UUID,
    BroadcastId: _UUID,
    CaseId: _UUID,
    **dict.fromkeys(
        (LinkStamp, DeviceStamp, DeletionStamp, AddressStamp, RegionStamp, NodeStamp), _reader(r"[0-9a-f]{12}", str)
    ),
    ReceiptCode: _reader(r"[0-9a-f]{16}", str),
    TelegramId: _reader(r"[0-9]{1,16}", int),
    PanelId: _reader(r"[A-Za-z0-9_.-]{1,32}", str),
    UUID: _UUID,
    Role: _reader(r"[a-z]{1,12}", Role),
    Span: _reader(r"[a-z]{1,12}", Span),
    Purpose: _reader(r"[a-z]{1,12}", Purpose),
    EventKind: _reader(r"[a-z]{1,12}", EventKind),
    Segment: _reader(r"[a-z]{1,12}", Segment),
    BroadcastAction: _reader(r"[a-z]{1,12}", BroadcastAction),
    SettingName: _reader(r"[a-z_]{1,24}", SettingName),
    StaffAction: _reader(r"[a-z]{1,12}", StaffAction),
    PlanCode: _reader(r"[A-Za-z0-9_.-]{1,32}", str),
    # Only nonces of our buttons (`ListPlans`, `renewal_nonce`, `next_key_nonce`): a crafted one can't name an order of
    # another kind.
    Nonce: _reader(r"[0-9a-f]{1,16}", str),
    GiftCode: _reader(r"[A-Za-z0-9_-]{32}", str),
    PromoCode: _reader(r"[A-Z0-9][A-Z0-9_-]{2,31}", str),
    Method: _reader(r"[a-z][a-z0-9_]{0,23}", str),
    str: _reader(r"[a-z]{1,12}", str),
    NoticeGroup: _reader(r"[a-z]{1,12}", NoticeGroup),
    QuietHours: _reader(r"[0-9]{4}", QuietHours.read),
    UtcOffset: _reader(r"[0-9]{4}", UtcOffset.read),
    int: _reader(r"[0-9]{1,12}", int),
}


@dataclass(frozen=True, slots=True)
class Callback:
    """The data of one kind of button. Subclasses have a `word` and fields of the types above."""

    word: ClassVar[str]

    def pack(self) -> str:
        """The callback data. Raises ValueError when a field doesn't fit its format."""
        data = self.word
        for name, read in _shape(type(self)):
            value = getattr(self, name)
            text = value.hex if isinstance(value, UUID) else str(value)
            read(text)
            data += _SEPARATOR + text
        if len(data.encode()) + len(KEPT_MARK) > MAX_BYTES:
            raise ValueError(f"button data is longer than {MAX_BYTES} bytes")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """Parse *data*. Returns None when it isn't of this kind or isn't valid."""
        word, *parts = data.removesuffix(KEPT_MARK).split(_SEPARATOR)
        wanted = _shape(cls)
        if word != cls.word or len(parts) != len(wanted):
            return None
        try:
            return cls(*(read(part) for (_, read), part in zip(wanted, parts, strict=True)))
        except ValueError:
            return None


_SHAPES: Final[dict[type[Callback], tuple[tuple[str, Callable[[str], Any]], ...]]] = {}


def _shape(kind: type[Callback]) -> tuple[tuple[str, Callable[[str], Any]], ...]:
    """The fields of *kind* in their order, each with its reader."""
    shape = _SHAPES.get(kind)
    if shape is None:
        shape = _SHAPES[kind] = tuple((field.name, _READERS[field.type]) for field in fields(kind))
    return shape


def word_of(data: str) -> str:
    """The word that *data* begins with, which names one kind of button."""
    return data.removesuffix(KEPT_MARK).partition(_SEPARATOR)[0]
