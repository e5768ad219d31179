"""Cells written bit by bit, as contracts write them."""

from typing import Self

from orbit_sandbox.chain.cells import CellOut

_STANDARD = 0b100
_HEADER_BYTES = 13
_MOST_BITS = 1023


class BitsOut:
    """A cell in the making. Every method appends and returns it."""

    def __init__(self) -> None:
        self._content = 0
        self._bits = 0
        self._refs: tuple[CellOut, ...] = ()

    def uint(self, value: int, bits: int) -> Self:
        """An unsigned number of *bits*."""
        self._content, self._bits = self._content << bits | value, self._bits + bits
        return self

    def coins(self, units: int) -> Self:
        """An amount below 2^120, with the number of its bytes before it."""
        length = -(-units.bit_length() // 8)
        return self.uint(length, 4).uint(units, 8 * length)

    def address(self, raw: str | None) -> Self:
        """An account, or nobody."""
        if raw is None:
            return self.uint(0, 2)
        workchain, _, digits = raw.partition(":")
        return self.uint(_STANDARD, 3).uint(int(workchain) & 0xFF, 8).uint(int(digits, 16), 256)

    def ref(self, cell: CellOut) -> Self:
        """A reference."""
        self._refs += (cell,)
        return self

    def rest(self, cell: CellOut) -> Self:
        """The whole content of *cell*, continued in this one."""
        bits = len(cell.data) * 8 if cell.bits is None else cell.bits
        self._refs += cell.refs
        return self.uint(int.from_bytes(cell.data, "big") >> (len(cell.data) * 8 - bits), bits)

    def has_room(self, cell: CellOut) -> bool:
        """Whether the content of *cell* fits in, too."""
        return self._bits + len(cell.data) * 8 < _MOST_BITS

    def cell(self) -> CellOut:
        """What was written."""
        padding = -self._bits % 8
        return CellOut((self._content << padding).to_bytes((self._bits + padding) // 8, "big"), self._refs, self._bits)


def address_in(bag: bytes) -> str:
    """The account in a bag of one cell, as it is given to a get-method. Raises ValueError."""
    bits = int.from_bytes(bag[_HEADER_BYTES:], "big") >> 5
    if len(bag) != _HEADER_BYTES + 34 or bits >> 264 != _STANDARD:
        raise ValueError("no address in it")
    workchain = -1 if bits >> 256 & 0xFF else 0
    return f"{workchain}:{bits & (1 << 256) - 1:064X}"
