"""What a button carries: a short word and a few ids, at most 64 bytes, looked up under whoever taps.

Buttons stay on phones for years, so a word once used keeps its meaning; what can't be read is an outdated
button, never an error. A price is never carried.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from orbit_domain.ids import KeyId, Nonce, OrderId, PaymentId, PlanCode
from orbit_domain.payment.payment import Method

MOST_BYTES = 64
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
    PlanCode: _reader(r"[A-Za-z0-9_.-]{1,32}", str),
    # Only what `ListPlans` invents: nobody can name another kind of order by crafting a button.
    Nonce: _reader(r"[0-9a-f]{1,16}", str),
    Method: _reader(r"[a-z][a-z0-9_]{0,23}", str),
    str: _reader(r"[a-z]{1,12}", str),
    int: _reader(r"[0-9]{1,12}", int),
}


@dataclass(frozen=True, slots=True)
class Callback:
    """A tap's meaning. Subclasses give their `word` and fields of the types above."""

    word: ClassVar[str]

    def pack(self) -> str:
        """The button's data. Raises ValueError when a field can't be carried."""
        parts = [self.word]
        for field in fields(self):
            value = getattr(self, field.name)
            text = value.hex if isinstance(value, UUID) else str(value)
            _READERS[field.type](text)
            parts.append(text)
        data = _SEPARATOR.join(parts)
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"button data is longer than {MOST_BYTES} bytes")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """What *data* says if it is this kind of tap; None for anything else, however garbled."""
        word, *parts = data.split(_SEPARATOR)
        wanted = fields(cls)
        if word != cls.word or len(parts) != len(wanted):
            return None
        try:
            return cls(*(_READERS[field.type](part) for field, part in zip(wanted, parts, strict=True)))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class SeeHome(Callback):
    """Back to the beginning."""

    word: ClassVar[str] = "home"


@dataclass(frozen=True, slots=True)
class SeePlans(Callback):
    """What can be bought."""

    word: ClassVar[str] = "plans"


@dataclass(frozen=True, slots=True)
class BuyPlan(Callback):
    """This plan, by the order of this list's nonce."""

    plan: PlanCode
    nonce: Nonce
    word: ClassVar[str] = "buy"


@dataclass(frozen=True, slots=True)
class SeeCheckout(Callback):
    """An order again."""

    order: OrderId
    word: ClassVar[str] = "order"


@dataclass(frozen=True, slots=True)
class PayBy(Callback):
    """What the order lacks, by this method."""

    order: OrderId
    method: Method
    word: ClassVar[str] = "pay"


@dataclass(frozen=True, slots=True)
class PayBalance(Callback):
    """The order, from the balance."""

    order: OrderId
    word: ClassVar[str] = "bal"


@dataclass(frozen=True, slots=True)
class SeePayment(Callback):
    """ "I have paid", and how the payment stands."""

    payment: PaymentId
    word: ClassVar[str] = "check"


@dataclass(frozen=True, slots=True)
class CancelPayment(Callback):
    """Don't ask for this payment any more."""

    payment: PaymentId
    word: ClassVar[str] = "drop"


@dataclass(frozen=True, slots=True)
class StartTrial(Callback):
    """The one free trial."""

    word: ClassVar[str] = "trial"


@dataclass(frozen=True, slots=True)
class SeeConnect(Callback):
    """How to connect with the first key."""

    word: ClassVar[str] = "connect"


@dataclass(frozen=True, slots=True)
class SeeKey(Callback):
    """How to connect with this key."""

    key: KeyId
    word: ClassVar[str] = "key"


@dataclass(frozen=True, slots=True)
class SeePlatform(Callback):
    """How to connect with this key on one kind of device."""

    key: KeyId
    platform: str
    word: ClassVar[str] = "on"


@dataclass(frozen=True, slots=True)
class SeeKeys(Callback):
    """Every key."""

    word: ClassVar[str] = "keys"


@dataclass(frozen=True, slots=True)
class SeeBalance(Callback):
    """The balance and its movements."""

    word: ClassVar[str] = "balance"


@dataclass(frozen=True, slots=True)
class AskAmount(Callback):
    """A sum of one's own: it will be typed."""

    word: ClassVar[str] = "sum"


@dataclass(frozen=True, slots=True)
class TopUpAmount(Callback):
    """This many kopecks; by which method is asked next."""

    kopecks: int
    word: ClassVar[str] = "add"


@dataclass(frozen=True, slots=True)
class TopUpBy(Callback):
    """This many kopecks by this method."""

    kopecks: int
    method: Method
    word: ClassVar[str] = "addby"


@dataclass(frozen=True, slots=True)
class SeeSettings(Callback):
    """The language."""

    word: ClassVar[str] = "settings"


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Callback):
    """This language from now on."""

    language: str
    word: ClassVar[str] = "lang"


@dataclass(frozen=True, slots=True)
class SeeHelp(Callback):
    """Answers by problem."""

    word: ClassVar[str] = "help"


@dataclass(frozen=True, slots=True)
class SeePaySupport(Callback):
    """ "I paid and see nothing"."""

    word: ClassVar[str] = "paid"


@dataclass(frozen=True, slots=True)
class SeeInvite(Callback):
    """The link to invite with."""

    word: ClassVar[str] = "invite"
