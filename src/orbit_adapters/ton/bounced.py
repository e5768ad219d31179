"""The comment of a message that we sent, also when it comes back.

A bounced message begins with 0xffffffff and the first 256 bits of what was sent; where the sender asked for the newer
form, with 0xfffffffe and the whole body that was sent in its first reference.
"""

from orbit_adapters.ton.boc import BocError
from orbit_adapters.ton.cell import Cell
from orbit_adapters.ton.comment import TEXT_OPCODE, comment_in, read_cell

OLDER_BOUNCE = 0xFFFFFFFF
NEWER_BOUNCE = 0xFFFFFFFE
_KEPT_BYTES = 32


def comment_of(body: str | None) -> str:
    """The text of *body*, base64 of a bag of cells; empty when there is none that can be read. Total."""
    if body is None:
        return ""
    try:
        root = read_cell(body)
    except BocError:
        return ""
    if root.opcode() == OLDER_BOUNCE:
        return _beginning(root)
    if root.opcode() == NEWER_BOUNCE:
        return comment_in(root.refs[0]).text if root.refs else ""
    return comment_in(root).text


def _beginning(root: Cell) -> str:
    """What is left of a text: 28 bytes at most, perhaps cut within a character."""
    kept = root.data[4 : 4 + _KEPT_BYTES] if root.is_byte_aligned else b""
    if len(kept) < 4 or int.from_bytes(kept[:4], "big") != TEXT_OPCODE:
        return ""
    return kept[4:].decode("utf-8", errors="ignore").replace("\0", "")
