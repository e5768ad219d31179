"""The pictures of invoices that need no QR code any more. A picture in a chat can't become text, only a picture."""

import struct
import zlib
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

_WIDTH, _HEIGHT, _RADIUS, _STROKE = 480, 160, 56, 7
_Point = tuple[float, float]
_Line = tuple[_Point, _Point]
_CHECK: tuple[_Line, ...] = (((-26, 2), (-8, 20)), ((-8, 20), (26, -18)))
_CROSS: tuple[_Line, ...] = (((-18, -18), (18, 18)), ((-18, 18), (18, -18)))
_ARROW: tuple[_Line, ...] = (((0, -26), (0, 24)), ((-18, 6), (0, 24)), ((18, 6), (0, 24)))
_CLOCK: tuple[_Line, ...] = (((0, -28), (0, 0)), ((0, 0), (18, 12)))
_HALF: tuple[_Line, ...] = (((-24, 0), (24, 0)), ((0, -24), (0, 24)))


class Picture(Enum):
    """What a picture says: its colour, and the lines of its sign around the middle."""

    DONE = (b"\x2e\xa0\x5b", _CHECK)
    MORE = (b"\xe0\x9a\x1f", _HALF)
    LATE = (b"\x8a\x8f\x98", _CLOCK)
    CLOSED = (b"\x8a\x8f\x98", _CROSS)
    MOVED = (b"\x4a\x7f\xc1", _ARROW)


@lru_cache(maxsize=len(Picture))
def picture_png(picture: Picture) -> bytes:
    """The sign in a disc on a light ground (PNG)."""
    colour, lines = picture.value
    side = range(-_WIDTH // 2, _WIDTH // 2)
    rows = (b"\0" + bytes(_colour(x, y, lines) for x in side) for y in range(-_HEIGHT // 2, _HEIGHT // 2))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"\xf4\xf5\xf7" + colour + b"\xff\xff\xff"),
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _colour(x: int, y: int, lines: Sequence[_Line]) -> int:
    """The palette's index: ground, disc or sign."""
    if x * x + y * y > _RADIUS * _RADIUS:
        return 0
    return 2 if any(_distance((x, y), line) <= _STROKE for line in lines) else 1


def _distance(point: _Point, line: _Line) -> float:
    """How far *point* is from the nearest point of *line*."""
    (ax, ay), (bx, by) = line
    along = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    share = min(1.0, max(0.0, along))
    across = (point[0] - ax - share * (bx - ax), point[1] - ay - share * (by - ay))
    return float((across[0] ** 2 + across[1] ** 2) ** 0.5)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
