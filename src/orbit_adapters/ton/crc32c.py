"""CRC-32C (Castagnoli), the checksum that ends a bag of cells."""

_REVERSED_POLYNOMIAL = 0x82F63B78


def _row(index: int) -> int:
    for _ in range(8):
        index = index >> 1 ^ (_REVERSED_POLYNOMIAL if index & 1 else 0)
    return index


_TABLE = tuple(_row(index) for index in range(256))


def crc32c(data: bytes) -> int:
    """The checksum of *data* as an unsigned 32-bit number; bags of cells store it little-endian."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF
