"""The comment of a payer, read from a message body by the conventions of wallets.

An empty body is no comment. Opcode 0 begins a text, continued through the first reference of each
cell ("snake"), also entirely inside a reference. A text whose first byte is 0xff is binary, opcode
0x2167da4b is a comment encrypted for the receiver's key, any other opcode belongs to a contract.
"""

import base64
import binascii
from dataclasses import dataclass

from orbit_adapters.ton.boc import MAX_BYTES, BocError, read_boc
from orbit_adapters.ton.cell import Cell
from orbit_domain.payment.source_record import Comment, CommentKind

TEXT_OPCODE = 0x00000000
ENCRYPTED_OPCODE = 0x2167DA4B
MAX_TEXT_CELLS = 128
MAX_TEXT_BYTES = 1024
_BINARY_MARK = b"\xff"
_LONGEST_BASE64 = (MAX_BYTES + 2) // 3 * 4


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of a message body that we use. `opcode` is None when the body is empty, too short or unreadable."""

    opcode: int | None
    comment: Comment


def read_body(body: str | None) -> Body:
    """Decode a body given as base64 of a bag of cells. Total: it never raises, whatever the string."""
    if body is None:
        return Body(None, Comment(CommentKind.EMPTY))
    try:
        root = read_cell(body)
    except BocError:
        return Body(None, Comment(CommentKind.MALFORMED))
    return Body(root.opcode(), comment_in(root))


def read_comment(body: str | None) -> Comment:
    """The comment in a body given as base64 of a bag of cells. Total, like `read_body`."""
    return read_body(body).comment


def read_cell(body: str) -> Cell:
    """The root of base64 of a bag of cells. Raises BocError."""
    if len(body) > _LONGEST_BASE64:
        raise BocError("it is too large")
    try:
        bag = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise BocError("it is not base64") from None
    return read_boc(bag)


def comment_in(root: Cell) -> Comment:
    """The comment in the body *root*. Total."""
    if root.is_empty:
        return Comment(CommentKind.EMPTY)
    opcode = root.opcode()
    if opcode is None:
        return Comment(CommentKind.MALFORMED)
    if opcode == ENCRYPTED_OPCODE:
        return Comment(CommentKind.ENCRYPTED)
    if opcode != TEXT_OPCODE:
        return Comment(CommentKind.OPCODE)
    return _text_in(root)


def _text_in(root: Cell) -> Comment:
    text = bytearray()
    cell: Cell | None = root
    for _ in range(MAX_TEXT_CELLS):
        if cell is None:
            return _readable(bytes(text))
        if not cell.is_byte_aligned:
            return Comment(CommentKind.MALFORMED)
        text += cell.data[4:] if cell is root else cell.data
        if len(text) > MAX_TEXT_BYTES:
            return Comment(CommentKind.TOO_LONG)
        cell = cell.refs[0] if cell.refs else None
    return _readable(bytes(text)) if cell is None else Comment(CommentKind.TOO_LONG)


def _readable(text: bytes) -> Comment:
    if text.startswith(_BINARY_MARK):
        return Comment(CommentKind.BINARY)
    try:
        # Databases refuse the NUL character, and it is invisible, so it is dropped; the raw row keeps it.
        readable = text.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return Comment(CommentKind.MALFORMED)
    return Comment(CommentKind.TEXT, readable) if readable else Comment(CommentKind.EMPTY)
