"""Commands and answers are on the wire what redis-py makes of them, however the answers are cut into pieces."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis._parsers import _AsyncRESP2Parser
from redis.asyncio.connection import Connection
from redis.exceptions import InvalidResponse

from orbit_adapters.redis.resp import Command, Incomplete, answer_at, packed

# redis-py cuts the first word at spaces, for commands of two words, which we send as two.
NAMES = st.from_regex(r"[A-Z]{1,9}", fullmatch=True)
WORDS = st.binary(max_size=9) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9) | st.integers()
COMMANDS = st.lists(st.tuples(NAMES, st.lists(WORDS, max_size=4)).map(lambda one: [one[0], *one[1]]), max_size=4)


@given(commands=COMMANDS)
def test_commands_are_packed_as_redis_py_packs_them(commands: list[Command]) -> None:
    """Words of any bytes, letters and numbers."""
    assert packed(commands) == b"".join(Connection().pack_commands(commands))


def _line(kind: bytes, text: bytes) -> bytes:
    return kind + text + b"\r\n"


LINES = st.one_of(
    st.sampled_from((b"OK", b"PONG", b"")).map(lambda text: _line(b"+", text)),
    st.sampled_from((b"ERR odd", b"NOSCRIPT No script", b"WRONGTYPE x", b"OOM", b"\xff")).map(
        lambda text: _line(b"-", text)
    ),
    st.integers().map(lambda number: _line(b":", b"%d" % number)),
    st.just(_line(b"$", b"-1")),
    st.just(_line(b"*", b"-1")),
    st.binary(max_size=20).map(lambda value: b"$%d\r\n%b\r\n" % (len(value), value)),
)
ANSWERS = st.recursive(
    LINES, lambda inner: st.lists(inner, max_size=3).map(lambda items: b"*%d\r\n" % len(items) + b"".join(items))
)


@given(texts=st.lists(ANSWERS, min_size=1, max_size=4))
async def test_answers_are_read_as_redis_py_reads_them(texts: list[bytes]) -> None:
    """Each answer of each kind, and no beginning of one is taken for the whole."""
    held, begin, ours = b"".join(texts), 0, []
    for text in texts:
        for end in range(begin, begin + len(text)):
            with pytest.raises(Incomplete):
                answer_at(held[:end], begin)
        answer, begin = answer_at(held, begin)
        ours.append(answer)
    assert begin == len(held)
    assert _plain(ours) == _plain(await _by_redis_py(held, len(texts)))


@pytest.mark.parametrize("text", [b"HTTP/1.1 400\r\n", b"$x\r\n", b"*1\r\n%0\r\n", b":\r\n", b"\r\n"])
def test_what_is_not_the_protocol_is_refused(text: bytes) -> None:
    """Another server answers, for example: the round trip fails, and its connection closes."""
    with pytest.raises(InvalidResponse):
        answer_at(text, 0)


async def _by_redis_py(held: bytes, amount: int) -> list[object]:
    stream = asyncio.StreamReader()
    stream.feed_data(held)
    stream.feed_eof()
    parser: Any = _AsyncRESP2Parser(socket_read_size=65536)
    parser.on_connect(SimpleNamespace(_reader=stream, encoder=Connection().encoder))
    return [await parser.read_response(disable_decoding=True) for _ in range(amount)]


def _plain(answer: object) -> object:
    """Errors compare by their class and words."""
    if isinstance(answer, list):
        return [_plain(one) for one in answer]
    return (type(answer), str(answer)) if isinstance(answer, Exception) else answer
