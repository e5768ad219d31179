"""Reads the content of a cell field by field, in bits, the way contracts do."""

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.cell import Cell

_STANDARD_ADDRESS = 0b10


class SliceError(ValueError):
    """The cell ends before the field does, or the field has a form that isn't used."""


class CellSlice:
    """What is left of a cell. Every reading takes what it returns, and raises SliceError where there is too little."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._at = 0
        self._refs = 0
        self._content = int.from_bytes(cell.data, "big")
        self._bits = len(cell.data) * 8

    def uint(self, bits: int) -> int:
        """An unsigned number of *bits*."""
        end = self._at + bits
        if end > self._cell.bits:
            raise SliceError("it ends too early")
        self._at = end
        return self._content >> (self._bits - end) & ((1 << bits) - 1)

    def coins(self) -> int:
        """An amount: four bits say how many bytes follow, so it is below 2^120."""
        return self.uint(8 * self.uint(4))

    def address(self) -> TonAddress | None:
        """An account; None for the address that is nobody's."""
        kind = self.uint(2)
        if kind == 0:
            return None
        if kind != _STANDARD_ADDRESS or self.uint(1):
            raise SliceError("it isn't the address of an account")
        workchain, account = self.uint(8), self.uint(256)
        if workchain not in (0, 255):
            raise SliceError("there is no such workchain")
        return TonAddress(-1 if workchain else 0, account.to_bytes(32, "big"))

    def ref(self) -> Cell:
        """The next reference."""
        if self._refs >= len(self._cell.refs):
            raise SliceError("it has no further reference")
        self._refs += 1
        return self._cell.refs[self._refs - 1]

    def rest(self) -> Cell:
        """Everything that is left, as a cell of its own."""
        bits = self._cell.bits - self._at
        padding = -bits % 8
        content = self.uint(bits) << padding
        return Cell(content.to_bytes((bits + padding) // 8, "big"), bits, self._cell.refs[self._refs :])
