"""RESP, the protocol of Redis: many commands as one text, and answers out of what comes (docs/decisions/0073).

redis-py reads an answer line by line, each with awaits of its own. What comes in one piece is read at once here.
"""

from collections.abc import Callable, Sequence

from redis._parsers import BaseParser
from redis.exceptions import InvalidResponse, RedisError

Word = str | bytes | int
Command = Sequence[Word]

_SIMPLE, _ERROR, _NUMBER, _BULK, _ARRAY = b"+-:$*"
_END = b"\r\n"
# redis-py knows which class of error stands for which word of the server.
_error_of: Callable[[str], RedisError] = BaseParser.parse_error


class Incomplete(Exception):
    """The answer isn't whole yet."""


def packed(commands: Sequence[Command]) -> bytes:
    """*commands* as Redis reads them."""
    parts = []
    for words in commands:
        parts.append(b"*%d\r\n" % len(words))
        for word in words:
            value = word if isinstance(word, bytes) else str(word).encode()
            parts.append(b"$%d\r\n%b\r\n" % (len(value), value))
    return b"".join(parts)


def answer_at(held: bytes, begin: int) -> tuple[object, int]:
    """The answer that begins there in *held*, and where the next one begins. An error is an answer.

    Raises Incomplete, and InvalidResponse for what isn't RESP.
    """
    end = held.find(_END, begin)
    if end < 0:
        raise Incomplete
    kind, head, after = held[begin], held[begin + 1 : end], end + 2
    if kind == _SIMPLE:
        return head, after
    if kind == _ERROR:
        return _error_of(head.decode(errors="replace")), after
    if kind not in (_NUMBER, _BULK, _ARRAY):
        raise InvalidResponse("an answer of no known kind")
    number = _number(head)
    if kind == _NUMBER:
        return number, after
    if number < 0:
        return None, after
    if kind == _BULK:
        if len(held) < after + number + 2:
            raise Incomplete
        return held[after : after + number], after + number + 2
    items = []
    for _ in range(number):
        item, after = answer_at(held, after)
        items.append(item)
    return items, after


def _number(head: bytes) -> int:
    try:
        return int(head)
    except ValueError:
        raise InvalidResponse("a length that is no number") from None
