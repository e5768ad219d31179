"""What belongs to an order that is a gift: the code of its link, and the words that go with it.

The order says who pays, who has taken it, and when.
"""

import base64
import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.errors import Refusal
from orbit_domain.ids import GiftCode, OrderId

CODE_BITS = 192
MESSAGE_CHARS = 200
_NAME_CHARS = 64


@dataclass(eq=False)
class NoSuchGift(Refusal):
    """No paid gift has this code, or this user has given no such gift."""


@dataclass(eq=False)
class GiftTaken(Refusal):
    """Somebody else has taken the gift."""

    at: datetime


@dataclass(eq=False)
class GiftWithdrawn(Refusal):
    """The price of the gift went back to the giver."""


@dataclass(eq=False)
class NotAGiftMessage(Refusal):
    """The message is empty, or longer than MESSAGE_CHARS."""

    characters: int


@dataclass(frozen=True, slots=True)
class Gift:
    """The link of an order, found by the hash of its code; `sealed_code` is the code, encrypted, to show it again.

    Both names are what Telegram called the people then; the taker's is empty until the gift is taken.
    """

    order_id: OrderId
    code_hash: str
    sealed_code: str
    giver_name: str
    created_at: datetime
    message: str = ""
    taker_name: str = ""


def new_gift_code(bits: int) -> GiftCode:
    """The code of CODE_BITS random *bits*: 32 characters that a link takes."""
    return GiftCode(base64.urlsafe_b64encode(bits.to_bytes(CODE_BITS // 8, "big")).decode())


def gift_hash(code: str) -> str:
    """What a gift is found by, for any text: the database alone opens no link."""
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def gift_purpose(order_id: OrderId) -> str:
    """What a gift's code is sealed for: in another gift's row it opens nothing."""
    return f"gifts.sealed_code:{order_id}"


def read_gift_message(typed: str) -> str:
    """The giver's own words on one line. Raises NotAGiftMessage."""
    message = _one_line(typed)
    if not 0 < len(message) <= MESSAGE_CHARS:
        raise NotAGiftMessage(len(message))
    return message


def read_person_name(name: str) -> str:
    """A name as Telegram says it, on one line, cut where it is too long."""
    return _one_line(name)[:_NAME_CHARS].rstrip()


def _one_line(text: str) -> str:
    """*text* with one space for each run of blanks and control characters."""
    shown = (" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return " ".join("".join(shown).split())
