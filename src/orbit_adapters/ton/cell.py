"""A cell of the TON virtual machine: up to 1023 bits and four references to other cells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One ordinary cell, as read.

    `data` holds `bits` bits, most significant first; the unused low bits of its last byte are zero.
    Cells may be shared between parents, so a hostile tree has exponentially many paths:
    follow one reference at a time, and never compare trees by value.
    """

    data: bytes
    bits: int
    refs: tuple["Cell", ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in this cell."""
        return self.bits == 0 and not self.refs

    @property
    def is_byte_aligned(self) -> bool:
        """Whether the content is a whole number of bytes."""
        return self.bits % 8 == 0

    def opcode(self) -> int | None:
        """The first 32 bits as an unsigned number; None when there are fewer."""
        return int.from_bytes(self.data[:4], "big") if self.bits >= 32 else None
