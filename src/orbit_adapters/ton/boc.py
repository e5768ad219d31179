"""A strict reader of bags of cells, the way TON serialises a tree of cells.

Layout after the TL-B scheme `serialized_boc#b5ee9c72` of the TON source (crypto/tl/boc.tlb) and
the limits of its reference reader. Message bodies are untrusted, so every deviation is refused, in
time linear in the input.
"""

from dataclasses import dataclass

from orbit_adapters.ton.cell import Cell

MAGIC = bytes.fromhex("b5ee9c72")
MAX_BYTES = 64 * 1024
MAX_CELLS = 2048
MAX_DEPTH = 1024
_STORED_HASH_BYTES = 32 + 2


class BocError(ValueError):
    """The bytes are not one well-formed, ordinary tree of cells within the limits. The message says why."""


@dataclass(frozen=True, slots=True)
class _Header:
    ref_bytes: int
    cells: int
    root: int


class _Reader:
    """A read position in bytes. Reading past the end raises BocError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise BocError("it ends too early")
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")


def read_boc(data: bytes) -> Cell:
    """The single root of the bag *data*. Raises only BocError, for any other bytes."""
    if len(data) > MAX_BYTES:
        raise BocError("it is too large")
    reader = _Reader(data)
    header, content_bytes, has_checksum = _read_header(reader)
    content = _Reader(reader.take(content_bytes))
    if has_checksum:
        expected = crc32c(data[: reader.at])
        if int.from_bytes(reader.take(4), "little") != expected:
            raise BocError("its checksum is wrong")
    if reader.at != len(data):
        raise BocError("something follows it")
    return _read_tree(content, header)


def _read_header(reader: _Reader) -> tuple[_Header, int, bool]:
    if reader.take(4) != MAGIC:
        raise BocError("it does not begin like a bag of cells")
    flags = reader.number(1)
    has_index, has_checksum, has_cache_bits = bool(flags & 128), bool(flags & 64), bool(flags & 32)
    ref_bytes, offset_bytes = flags & 7, reader.number(1)
    if flags & 24 or not 1 <= ref_bytes <= 4 or not 1 <= offset_bytes <= 8 or (has_cache_bits and not has_index):
        raise BocError("its flags make no sense")
    cells, roots, absent = (reader.number(ref_bytes) for _ in range(3))
    if roots != 1 or absent != 0:
        raise BocError("it has not exactly one root")
    if not 1 <= cells <= MAX_CELLS:
        raise BocError("it has too few or too many cells")
    content_bytes = reader.number(offset_bytes)
    root = reader.number(ref_bytes)
    if root >= cells:
        raise BocError("its root is not among its cells")
    if has_index:
        # An index of cells: not needed to read all of them in order, and some writers fill it wrongly.
        reader.take(cells * offset_bytes)
    return _Header(ref_bytes, cells, root), content_bytes, has_checksum


def _read_tree(content: _Reader, header: _Header) -> Cell:
    """Cells refer only to later ones, so building from the last to the first needs no recursion."""
    raw = [_read_cell(content, header, number) for number in range(header.cells)]
    if content.at != len(content.data):
        raise BocError("its cells are shorter than it says")
    built: dict[int, Cell] = {}
    depth: dict[int, int] = {}
    for number in range(header.cells - 1, -1, -1):
        data, bits, refs = raw[number]
        depth[number] = 1 + max((depth[ref] for ref in refs), default=-1)
        if depth[number] > MAX_DEPTH:
            raise BocError("it is too deep")
        built[number] = Cell(data, bits, tuple(built[ref] for ref in refs))
    return built[header.root]


def _read_cell(content: _Reader, header: _Header, number: int) -> tuple[bytes, int, tuple[int, ...]]:
    first, second = content.take(2)
    ref_count, level_mask = first & 7, first >> 5
    if ref_count > 4 or level_mask or first & 8:
        raise BocError("it holds a cell that is not ordinary")
    if first & 16:
        # A stored copy of the cell's hash and depth proves nothing, so it is skipped.
        content.take(_STORED_HASH_BYTES)
    data, bits = _without_padding(content.take((second >> 1) + (second & 1)), bool(second & 1))
    refs = tuple(content.number(header.ref_bytes) for _ in range(ref_count))
    if any(not number < ref < header.cells for ref in refs):
        raise BocError("a cell refers to itself, backwards or outside")
    return data, bits, refs


def _without_padding(data: bytes, is_padded: bool) -> tuple[bytes, int]:
    """Data and its length in bits. Padding is one 1-bit and then zeros, within the last byte."""
    if not is_padded:
        return data, len(data) * 8
    last = data[-1]
    if last & 127 == 0:
        raise BocError("a cell is padded wrongly")
    padding = (last & -last).bit_length()
    return data[:-1] + bytes([last & last - 1]), len(data) * 8 - padding


_REVERSED_POLYNOMIAL = 0x82F63B78


def _crc_table_row(index: int) -> int:
    for _ in range(8):
        index = index >> 1 ^ (_REVERSED_POLYNOMIAL if index & 1 else 0)
    return index


_CRC_TABLE = tuple(_crc_table_row(index) for index in range(256))


def crc32c(data: bytes) -> int:
    """The CRC-32C (Castagnoli) of *data* as an unsigned 32-bit number; bags of cells store it little-endian."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ _CRC_TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF
