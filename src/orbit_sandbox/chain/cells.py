"""Serialisation of cells. The message bodies of the simulated chain are real bags of cells, as wallets make them."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

MAGIC = bytes.fromhex("b5ee9c72")
TEXT_OPCODE = 0
ENCRYPTED_OPCODE = 0x2167DA4B
SOME_CONTRACT_OPCODE = 0x0BADC0DE
CELL_BYTES = 127
_SHORT_PIECE = 8
_BOUNCE_FACTS = 6
"""Bytes of phase, exit code and computation that follow the newer opcode."""


class Encoding(StrEnum):
    """How a comment is encoded in a body: the encodings that wallets use, and malformed ones."""

    INLINE = "inline"
    REF = "ref"
    SNAKE = "snake"
    ENCRYPTED = "encrypted"
    BINARY = "binary"
    OPCODE = "opcode"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, eq=False)
class CellOut:
    """A cell to be written: *bits* of *data*, or all of it."""

    data: bytes = b""
    refs: tuple["CellOut", ...] = ()
    bits: int | None = None

    def descriptor(self) -> bytes:
        """The two bytes that say how many references and how much data follow."""
        bits = len(self.data) * 8 if self.bits is None else self.bits
        return bytes([len(self.refs), bits // 8 + -(-bits // 8)])

    def padded(self) -> bytes:
        """The data, ended by a 1-bit when it is no whole number of bytes."""
        if self.bits is None or self.bits % 8 == 0:
            return self.data
        mark = 0x80 >> self.bits % 8
        return self.data[:-1] + bytes([self.data[-1] & ~(mark * 2 - 1) | mark])

    def hash(self) -> bytes:
        """The 32 bytes that name this cell and everything below it."""
        return self._depth_and_hash()[1]

    def _depth_and_hash(self) -> tuple[int, bytes]:
        below = [ref._depth_and_hash() for ref in self.refs]
        parts = [self.descriptor(), self.padded()]
        parts += [depth.to_bytes(2, "big") for depth, _ in below]
        parts += [digest for _, digest in below]
        return 1 + max((depth for depth, _ in below), default=-1), hashlib.sha256(b"".join(parts)).digest()


def to_boc(root: CellOut) -> bytes:
    """*root* and its tree as a bag of cells without index and checksum, the form that indexers show."""
    cells = [root]
    for cell in cells:  # grows while it is walked: parents always come before their children
        cells.extend(cell.refs)
    number = {id(cell): position for position, cell in enumerate(cells)}
    width = 1 if len(cells) < 256 else 2
    content = b"".join(
        cell.descriptor() + cell.padded() + b"".join(number[id(ref)].to_bytes(width, "big") for ref in cell.refs)
        for cell in cells
    )
    counts = b"".join(count.to_bytes(width, "big") for count in (len(cells), 1, 0))
    return MAGIC + bytes([width, 4]) + counts + len(content).to_bytes(4, "big") + bytes(width) + content


def snake(data: bytes, piece: int = CELL_BYTES) -> CellOut:
    """*data* in a chain of cells of *piece* bytes each, linked by their first references."""
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)] or [b""]
    cell = CellOut(pieces[-1])
    for earlier in reversed(pieces[:-1]):
        cell = CellOut(earlier, (cell,))
    return cell


def opcode_body(opcode: int, rest: bytes = b"") -> CellOut:
    """A body that begins with *opcode*, as contracts talk to each other."""
    return snake(opcode.to_bytes(4, "big") + rest)


def comment_body(comment: str | None, encoding: Encoding = Encoding.INLINE) -> CellOut:
    """The body that carries *comment*; None is a message without one, an empty cell."""
    if comment is None:
        return CellOut()
    text = comment.encode("utf-8")
    match encoding:
        case Encoding.INLINE:
            return opcode_body(TEXT_OPCODE, text)
        case Encoding.REF:
            return CellOut(TEXT_OPCODE.to_bytes(4, "big"), (snake(text),))
        case Encoding.SNAKE:
            return snake(TEXT_OPCODE.to_bytes(4, "big") + text, _SHORT_PIECE)
        case Encoding.ENCRYPTED:
            return opcode_body(ENCRYPTED_OPCODE, hashlib.sha512(text).digest())
        case Encoding.BINARY:
            return opcode_body(TEXT_OPCODE, b"\xff" + text)
        case Encoding.OPCODE:
            return opcode_body(SOME_CONTRACT_OPCODE, text)
        case Encoding.MALFORMED:
            short = text[: CELL_BYTES - 5]
            return CellOut(TEXT_OPCODE.to_bytes(4, "big") + short + b"\xa0", bits=(4 + len(short)) * 8 + 3)


def bounced_body(sent: CellOut, *, newer: bool = False) -> CellOut:
    """The body of a message that bounces: the first 256 bits of what was *sent*, or in the newer form all of it."""
    if newer:
        return CellOut(b"\xff\xff\xff\xfe" + bytes(_BOUNCE_FACTS), (sent, CellOut(bytes(16))))
    return CellOut(b"\xff\xff\xff\xff" + sent.data[:32])
