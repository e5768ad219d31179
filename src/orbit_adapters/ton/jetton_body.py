"""The messages of token contracts, as far as they say whose tokens moved.

Layouts after the token standard TEP-74 and ton-blockchain/stablecoin-contract. `internal_transfer`:
query 64 bits, amount, payer, response address, forwarded coins, then `Either Cell ^Cell`, the payer's comment.
"""

from dataclasses import dataclass

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.boc import BocError
from orbit_adapters.ton.cell import Cell
from orbit_adapters.ton.cell_slice import CellSlice, SliceError
from orbit_adapters.ton.comment import comment_in, read_cell
from orbit_domain.payment.source_record import NO_COMMENT, Comment, CommentKind

TRANSFER = 0x0F8A7EA5
INTERNAL_TRANSFER = 0x178D4519
BURN = 0x595F07BC
SET_STATUS = 0xEED236D3
_QUERY_BITS = 64
_WITH_AMOUNT = frozenset({TRANSFER, INTERNAL_TRANSFER, BURN})


@dataclass(frozen=True, slots=True)
class JettonBody:
    """What a message to a token wallet says. `units`, `sender` and `comment` are None, None and empty where unknown.

    `sender` is whose tokens they were; a token wallet has made sure of it before it takes them.
    """

    opcode: int | None = None
    units: int | None = None
    sender: TonAddress | None = None
    comment: Comment = NO_COMMENT


def read_jetton_body(body: str | None) -> JettonBody:
    """Decode a body given as base64 of a bag of cells. Total: it never raises, whatever the string."""
    if body is None:
        return JettonBody()
    try:
        root = read_cell(body)
    except BocError:
        return JettonBody()
    opcode = root.opcode()
    if opcode not in _WITH_AMOUNT:
        return JettonBody(opcode)
    content = CellSlice(root)
    try:
        content.uint(32 + _QUERY_BITS)
        units = content.coins()
        sender = content.address() if opcode == INTERNAL_TRANSFER else None
    except SliceError:
        return JettonBody(opcode)
    return JettonBody(opcode, units, sender, _comment(content) if opcode == INTERNAL_TRANSFER else NO_COMMENT)


def _comment(content: CellSlice) -> Comment:
    """What the payer wrote. Wallets put it into the same cell or into one of its own; the amount counts either way."""
    try:
        content.address()
        content.coins()
        payload: Cell = content.ref() if content.uint(1) else content.rest()
    except SliceError:
        return Comment(CommentKind.MALFORMED)
    return comment_in(payload)
