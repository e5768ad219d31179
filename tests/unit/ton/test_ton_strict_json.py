"""Reading the index's JSON: exact numbers, exact text, one error for everything else."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_adapters.ton.address import Network
from orbit_adapters.ton.answers import read_transaction
from orbit_adapters.ton.strict_json import MAX_COINS, MalformedAnswerError, hash_of, read_object, read_rows, whole

HASH = "ed0Ytj8G9ogwYbQECob/kiTvBUJaZ9pVZuiIrO1sjnI="


def sample() -> dict[str, Any]:
    """A row in the shape of the interface description."""
    return {
        "account": "0:" + "AB" * 32,
        "hash": HASH,
        "lt": "70000007000000",
        "now": 1790000000,
        "mc_block_seqno": 66000001,
        "prev_trans_hash": HASH,
        "prev_trans_lt": "69999955000003",
        "description": {"type": "ord", "aborted": False},
        "in_msg": {
            "source": "0:" + "CD" * 32,
            "destination": "0:" + "AB" * 32,
            "value": "1500000000",
            "value_extra_currencies": {},
            "bounced": False,
            "message_content": {"body": "te6ccgEBAQEAEgAAIAAAAABPUkItN0szTTlQMlE=", "decoded": None},
        },
        "out_msgs": [],
        "emulated": False,
        "finality": "finalized",
    }


def test_a_described_row_is_read_exactly() -> None:
    """Every field that the amount depends on is read as whole numbers, 32-byte hashes and accounts."""
    row = read_transaction(sample(), "the text", Network.MAINNET)
    assert (row.lt, row.prev_lt, row.mc_seqno, row.is_final) == (70000007000000, 69999955000003, 66000001, True)
    assert row.tx_hash == "79dd18b63f06f6883061b4040a86ff9224ef05425a67da5566e888aced6c8e72"
    assert row.occurred_at.isoformat() == "2026-09-21T14:13:20+00:00"
    assert row.in_msg is not None
    assert row.in_msg.value == 1_500_000_000
    assert row.raw == "the text"


def change(path: str, value: object) -> dict[str, Any]:
    """The sample with one field replaced, or removed when *value* is the word `absent`."""
    row = sample()
    *parents, last = path.split(".")
    target = row
    for parent in parents:
        target = target[parent]
    if value == "absent":
        del target[last]
    else:
        target[last] = value
    return row


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("account", None),
        ("account", "0:AB"),
        ("hash", "absent"),
        ("hash", "AAAA"),
        ("hash", "not base64!"),
        ("hash", 5),
        ("lt", "absent"),
        ("lt", -1),
        ("lt", "-1"),
        ("lt", "1e3"),
        ("lt", " 1"),
        ("lt", "٣"),
        ("lt", True),
        ("lt", Decimal("1.0")),
        ("lt", str(2**64)),
        ("lt", "9" * 5000),
        ("now", 2**40),
        ("now", None),
        ("prev_trans_lt", None),
        ("prev_trans_hash", None),
        ("mc_block_seqno", "soon"),
        ("description", []),
        ("description.bounce", {}),
        ("in_msg", "text"),
        ("in_msg.source", "EQsomething"),
        ("in_msg.value", "absent"),
        ("in_msg.value", None),
        ("in_msg.value", "-5"),
        ("in_msg.value", str(MAX_COINS)),
        ("in_msg.bounced", "false"),
        ("in_msg.value_extra_currencies", []),
        ("in_msg.message_content", []),
        ("in_msg.message_content.body", 7),
        ("out_msgs", None),
        ("out_msgs", [None]),
        ("out_msgs", {}),
        ("emulated", "no"),
    ],
)
def test_a_row_with_an_absurd_field_is_refused(path: str, value: object) -> None:
    """An invalid field that the amount depends on is refused."""
    with pytest.raises(MalformedAnswerError):
        read_transaction(change(path, value), "", Network.MAINNET)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("description", "absent"),
        ("in_msg", None),
        ("in_msg.message_content", None),
        ("in_msg.message_content.body", None),
        ("in_msg.value_extra_currencies", "absent"),
        ("in_msg.bounced", None),
        ("finality", "absent"),
        ("mc_block_seqno", None),
        ("lt", 70000007000000),
    ],
)
def test_a_row_without_optional_fields_is_read(path: str, value: object) -> None:
    """What an index may leave out doesn't stop the history."""
    assert read_transaction(change(path, value), "", Network.MAINNET).lt == 70000007000000


@pytest.mark.parametrize(("path", "value"), [("finality", "absent"), ("finality", "confirmed"), ("emulated", True)])
def test_only_a_row_called_final_is_final(path: str, value: object) -> None:
    """A row without `finality` is not final."""
    assert not read_transaction(change(path, value), "", Network.MAINNET).is_final


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"a":1',
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        '{"a":1}{}',
        '{"a":' + "[" * 100_000,
        '{"a":' + "9" * 5000 + "}",
        "\ufeff{}",
        "<html>",
        "{'a':1}",
        '{"a":"\n"}',
    ],
    ids=lambda text: repr(text[:12]),
)
def test_invalid_json_ends_in_the_one_error(text: str) -> None:
    """NaN, repeated keys, deep nesting, a truncated answer: refused, never a crash."""
    with pytest.raises(MalformedAnswerError):
        read_object(text)


def test_fractions_are_never_floats() -> None:
    """A number with a point stays exactly what was written."""
    assert read_object('{"a": 0.1}')["a"] == Decimal("0.1")


def pair(row: Mapping[str, Any], raw: str) -> tuple[Mapping[str, Any], str]:
    """A row, and its text."""
    return row, raw


def test_each_row_keeps_its_own_text() -> None:
    """The text kept for audit is the exact part of the answer, blanks and escapes included."""
    texts = ['{"lt": "1", "x": "a\\u0000]}"}', '{"lt":2 ,"y":[{"z":[]}]}', "{}"]
    answer = ' {"before": {"transactions": [7]}, "transactions" : [ ' + " ,\n".join(texts) + ' ] , "after":[]}'
    assert read_rows(answer, "transactions", pair) == [(json.loads(text), text) for text in texts]
    assert read_rows('{"transactions":[]}', "transactions", pair) == []


@pytest.mark.parametrize(
    "text", ["{}", '{"rows":null}', '{"rows":{}}', '{"rows":[1]}', '{"rows":[{}', '{"rows":[{} {}]}', "[]"]
)
def test_a_list_that_is_none_is_refused(text: str) -> None:
    """Rows are objects in a list, or there is no answer."""
    with pytest.raises(MalformedAnswerError):
        read_rows(text, "rows", pair)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100) | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_rows_or_refused(text: str) -> None:
    """Reading is total."""
    for read in (
        read_object,
        lambda given: read_rows(given, "rows", pair),
        lambda given: read_rows('{"rows":[' + given, "rows", pair),
    ):
        assert_total(read, text)


def assert_total(read: Callable[[str], object], text: str) -> None:
    """Nothing but the one error comes out of *read*."""
    with suppress(MalformedAnswerError):
        read(text)


def test_numbers_and_hashes_say_what_was_wrong_without_repeating_it() -> None:
    """Messages name the field and don't repeat its value."""
    with pytest.raises(MalformedAnswerError, match=r"^lt is not"):
        whole({"lt": "<script>"}, "lt", 10)
    with pytest.raises(MalformedAnswerError, match=r"^hash is not base64$"):
        hash_of({"hash": "<script>"}, "hash")
