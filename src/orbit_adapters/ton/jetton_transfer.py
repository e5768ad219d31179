"""What leaves a token wallet: its owner's order, and the message that carries the tokens on, also when that comes back.

Layouts after ton-blockchain/stablecoin-contract. `transfer`: query 64 bits, amount, new owner, response address,
perhaps a cell of its own, forwarded coins, then `Either Cell ^Cell`, the comment. What bounces begins with 0xffffffff
and the first 256 bits of what was sent, which hold query and amount, but not the comment.
"""

from dataclasses import dataclass

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.boc import BocError
from orbit_adapters.ton.bounced import OLDER_BOUNCE
from orbit_adapters.ton.cell import Cell
from orbit_adapters.ton.cell_slice import CellSlice, SliceError
from orbit_adapters.ton.comment import comment_in, read_cell
from orbit_adapters.ton.jetton_body import INTERNAL_TRANSFER, TRANSFER

BURN_NOTIFICATION = 0x7BDD97DE
_CARRYING = frozenset({INTERNAL_TRANSFER, BURN_NOTIFICATION})


@dataclass(frozen=True, slots=True)
class JettonOrder:
    """Whose the tokens are to be, and what they are told; None and empty where it can't be read."""

    receiver: TonAddress | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CarriedTokens:
    """*units* on their way, by the sender's own number of the order."""

    query: int
    units: int


def read_order(body: str | None) -> JettonOrder:
    """The order in *body*, base64 of a bag of cells. Total."""
    root = _root(body)
    if root is None or root.opcode() != TRANSFER:
        return JettonOrder()
    content = CellSlice(root)
    try:
        content.uint(32 + 64)
        content.coins()
        receiver = content.address()
    except SliceError:
        return JettonOrder()
    return JettonOrder(receiver, _comment(content))


def _comment(content: CellSlice) -> str:
    try:
        content.address()
        if content.uint(1):
            content.ref()
        content.coins()
        payload = content.ref() if content.uint(1) else content.rest()
    except SliceError:
        return ""
    return comment_in(payload).text


def carried_tokens(body: str | None) -> CarriedTokens | None:
    """The tokens that a message with *body* brings, or brings back; None for every other message. Total."""
    root = _root(body)
    if root is None:
        return None
    content = CellSlice(root)
    try:
        opcode = content.uint(32)
        if opcode == OLDER_BOUNCE:
            opcode = content.uint(32)
        return CarriedTokens(content.uint(64), content.coins()) if opcode in _CARRYING else None
    except SliceError:
        return None


def _root(body: str | None) -> Cell | None:
    try:
        return None if body is None else read_cell(body)
    except BocError:
        return None
