"""Comments of honest and malicious payers."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core import Builder
from pytoniq_core import Cell as OracleCell

from orbit_adapters.ton.comment import MAX_TEXT_BYTES, MAX_TEXT_CELLS, read_body, read_comment
from orbit_domain.payment.source_record import Comment, CommentKind


def b64(cell: OracleCell) -> str:
    """The body as an index shows it."""
    return base64.b64encode(cell.to_boc(hash_crc32=False)).decode()


def cell(data: bytes, *refs: OracleCell, bits: str = "") -> OracleCell:
    """A cell of *data*, then single *bits*, then *refs*."""
    builder = Builder().store_bytes(data)
    for bit in bits:
        builder.store_bit(int(bit))
    for ref in refs:
        builder.store_ref(ref)
    return builder.end_cell()


def snake(data: bytes, piece: int) -> OracleCell:
    """*data* in pieces, each in the first reference of the one before."""
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)] or [b""]
    tail = cell(pieces[-1])
    for each in reversed(pieces[:-1]):
        tail = cell(each, tail)
    return tail


OP = b"\0\0\0\0"
TEXT = Comment(CommentKind.TEXT, "ORB-7K3M9P2Q")

CASES = {
    "example of the interface description": ("te6ccgEBAQEAEgAAIAAAAABPUkItN0szTTlQMlE=", TEXT),
    "no body at all": (None, Comment(CommentKind.EMPTY)),
    "empty cell": (b64(cell(b"")), Comment(CommentKind.EMPTY)),
    "empty text": (b64(cell(OP)), Comment(CommentKind.EMPTY)),
    "text in one cell": (b64(cell(OP + b"ORB-7K3M9P2Q")), TEXT),
    "text wholly in a reference": (b64(cell(OP, cell(b"ORB-7K3M9P2Q"))), TEXT),
    "text over many cells": (b64(snake(OP + b"ORB-7K3M9P2Q", 5)), TEXT),
    "text cut inside a letter": (b64(snake(OP + "жж".encode(), 5)), Comment(CommentKind.TEXT, "жж")),
    "second references are not text": (b64(cell(OP + b"ORB-7K3M9P2Q", cell(b""), cell(b"x"))), TEXT),
    "blanks are kept": (b64(cell(OP + b" a\n")), Comment(CommentKind.TEXT, " a\n")),
    "NUL characters are dropped": (b64(cell(OP + b"O\0R\0B")), Comment(CommentKind.TEXT, "ORB")),
    "nothing but NUL": (b64(cell(OP + b"\0\0")), Comment(CommentKind.EMPTY)),
    "binary": (b64(cell(OP + b"\xffORB")), Comment(CommentKind.BINARY)),
    "binary in a reference": (b64(cell(OP, cell(b"\xff\x01"))), Comment(CommentKind.BINARY)),
    "encrypted": (b64(cell(bytes.fromhex("2167da4b") + b"secret")), Comment(CommentKind.ENCRYPTED)),
    "of a contract": (b64(cell(bytes.fromhex("7362d09c") + b"x")), Comment(CommentKind.OPCODE)),
    "less than an opcode": (b64(cell(b"\0\0\0")), Comment(CommentKind.MALFORMED)),
    "only references": (b64(cell(b"", cell(b"ORB"))), Comment(CommentKind.MALFORMED)),
    "bits left over": (b64(cell(OP + b"ORB", bits="101")), Comment(CommentKind.MALFORMED)),
    "bits left over further on": (b64(cell(OP + b"OR", cell(b"B", bits="1"))), Comment(CommentKind.MALFORMED)),
    "not UTF-8": (b64(cell(OP + b"\xc3\x28")), Comment(CommentKind.MALFORMED)),
    "a surrogate in UTF-8": (b64(cell(OP + b"\xed\xa0\x80")), Comment(CommentKind.MALFORMED)),
    "longest text": (b64(snake(OP + b"a" * MAX_TEXT_BYTES, 127)), Comment(CommentKind.TEXT, "a" * MAX_TEXT_BYTES)),
    "a byte too long": (b64(snake(OP + b"a" * (MAX_TEXT_BYTES + 1), 127)), Comment(CommentKind.TOO_LONG)),
    "most cells": (b64(snake(OP + b"abcd" * (MAX_TEXT_CELLS - 1), 4)), Comment(CommentKind.TEXT, "abcd" * 127)),
    "a cell too many": (b64(snake(OP + b"abcd" * MAX_TEXT_CELLS, 4)), Comment(CommentKind.TOO_LONG)),
    "no base64": ("ORB-7K3M9P2Q!", Comment(CommentKind.MALFORMED)),
    "base64 with blanks": ("te6ccgEBAQEAEgAAIAAAAABP UkItN0szTTlQMlE=", Comment(CommentKind.MALFORMED)),
    "letters outside ASCII": ("тест", Comment(CommentKind.MALFORMED)),
    "an empty string": ("", Comment(CommentKind.MALFORMED)),
    "half a bag": ("te6ccgEBAQEAEgAA", Comment(CommentKind.MALFORMED)),
    "a giant": ("A" * 1_000_000, Comment(CommentKind.MALFORMED)),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_comment_is_told_apart(case: str) -> None:
    """Every known form of comment gets its own result, and none raises."""
    body, expected = CASES[case]
    assert read_comment(body) == expected


def test_a_chain_of_2000_cells_is_answered() -> None:
    """A comment deeper than any message on the chain may be is refused like other broken bags."""
    inner = [b"\x01\x02A" + number.to_bytes(2, "big") for number in range(2, 2001)]
    content = b"\x01\x08" + OP + b"\x00\x01" + b"".join(inner) + b"\x00\x02A"
    counts = (2001).to_bytes(2, "big") + b"\0\1\0\0"
    data = bytes.fromhex("b5ee9c720204") + counts + len(content).to_bytes(4, "big") + b"\0\0" + content
    assert read_comment(base64.b64encode(data).decode()) == Comment(CommentKind.MALFORMED)


def test_the_opcode_is_read_with_the_comment() -> None:
    """Contracts' messages are recognised by their first 32 bits, whatever follows."""
    assert read_body(b64(cell(bytes.fromhex("d53276db") + bytes(8)))).opcode == 0xD53276DB
    assert read_body(b64(cell(OP + b"hi"))).opcode == 0
    assert read_body(b64(cell(b""))).opcode is None
    assert read_body("no base64!").opcode is None


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=250).filter(lambda text: "\0" not in text), st.integers(4, 127))
def test_any_text_arrives_as_it_was_written(text: str, piece: int) -> None:
    """For any split of a text into cells, the same text is read."""
    encoded = text.encode()
    if len(encoded) <= MAX_TEXT_BYTES and len(encoded) / piece < MAX_TEXT_CELLS - 1:
        assert read_comment(b64(snake(OP + encoded, piece))) == Comment(CommentKind.TEXT, text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: base64.b64encode(data).decode()))
def test_any_string_is_answered_and_bounded(body: str) -> None:
    """The decoder is total: any string gives a result of limited length."""
    comment = read_comment(body)
    assert len(comment.text) <= MAX_TEXT_BYTES
    assert comment.kind is CommentKind.TEXT or comment.text == ""
