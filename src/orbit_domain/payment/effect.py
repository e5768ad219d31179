"""What a record of a source did to what the shop holds there, besides the money that it brought to be matched."""

from dataclasses import dataclass
from enum import StrEnum


class EffectKind(StrEnum):
    """Why what we hold changed.

    SENT left by the owner's own transfer, RETURNED is such a transfer that came back, MOVED went between accounts of
    the shop, FEE was taken by the network, LEFTOVER came in without being a payment (unused gas, the coins of a
    notice). UNEXPLAINED is what the account's own state says beyond all that.
    """

    SENT = "sent"
    RETURNED = "returned"
    MOVED = "moved"
    FEE = "fee"
    LEFTOVER = "leftover"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Effect:
    """*units* of the record's asset that came to us (positive) or left us (negative).

    `other` is the account on the other side as the source writes it, `comment` what the transfer says, both only where
    there is one transfer.
    """

    kind: EffectKind
    units: int
    other: str | None = None
    comment: str = ""
