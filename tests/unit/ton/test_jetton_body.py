"""What a message to a token wallet says is read exactly, or not at all."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core import Cell as OracleCell
from pytoniq_core import begin_cell

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.jetton_body import INTERNAL_TRANSFER, TRANSFER, JettonBody, read_jetton_body
from orbit_domain.payment.source_record import NO_COMMENT, Comment, CommentKind

PAYER = TonAddress(0, b"P" * 32)
LARGEST = 2**120 - 1


def transfer(units: int, comment: str, *, in_ref: bool, sender: TonAddress = PAYER, forward: int = 1) -> OracleCell:
    """An `internal_transfer`, written by the published library."""
    payload = begin_cell().store_uint(0, 32).store_snake_string(comment).end_cell()
    body = begin_cell().store_uint(INTERNAL_TRANSFER, 32).store_uint(1, 64).store_coins(units)
    body = body.store_address(sender.raw).store_address(None).store_coins(forward)
    if in_ref:
        return body.store_bit_int(1).store_ref(payload).end_cell()
    return body.store_bit_int(0).store_cell(payload).end_cell()


def read(cell: OracleCell) -> JettonBody:
    return read_jetton_body(base64.b64encode(cell.to_boc()).decode())


@settings(max_examples=150, deadline=None)
@given(
    units=st.integers(0, LARGEST),
    comment=st.text(max_size=9),
    in_ref=st.booleans(),
    account=st.binary(min_size=32, max_size=32),
    workchain=st.sampled_from([0, -1]),
    forward=st.integers(0, 10**9),
)
def test_what_the_published_library_writes_is_read(
    units: int, comment: str, in_ref: bool, account: bytes, workchain: int, forward: int
) -> None:
    """Any amount up to 2^120 - 1, any payer, both places of the comment, at any offset of bits."""
    sender = TonAddress(workchain, account)
    body = read(transfer(units, comment, in_ref=in_ref, sender=sender, forward=forward))
    readable = comment.replace("\0", "")
    expected = Comment(CommentKind.TEXT, readable) if readable else NO_COMMENT
    assert body == JettonBody(INTERNAL_TRANSFER, units, sender, expected)


@settings(max_examples=400, deadline=None)
@given(
    in_ref=st.booleans(),
    place=st.integers(0, 400),
    value=st.integers(0, 255),
    cut=st.one_of(st.none(), st.integers(0, 200)),
    flips=st.integers(0, 3),
)
def test_a_broken_body_never_raises_and_never_says_another_amount(
    in_ref: bool, place: int, value: int, cut: int | None, flips: int
) -> None:
    """Cut, overwritten and flipped bytes: either nothing is read, or what the published library reads there, too."""
    # Without a checksum, which would keep every damage from being read at all.
    bag = bytearray(transfer(1_400_000, "ORB7K3M9P2Q4WX", in_ref=in_ref).to_boc(hash_crc32=False))
    for number in range(flips + 1):
        bag[(place * (number + 1)) % len(bag)] = value
    body = read_jetton_body(base64.b64encode(bytes(bag[:cut])).decode())
    if body.opcode != INTERNAL_TRANSFER or body.units is None:
        return
    oracle = OracleCell.one_from_boc(bytes(bag[:cut])).begin_parse()
    assert (oracle.load_uint(32), oracle.load_uint(64) >= 0) == (INTERNAL_TRANSFER, True)
    assert (oracle.load_coins() or 0) == body.units


@pytest.mark.parametrize("body", [None, "", "no base64!", base64.b64encode(bytes(40)).decode(), "A" * 200_000])
def test_what_is_no_body_says_nothing(body: str | None) -> None:
    """Neither an amount nor a payer comes out of anything else."""
    assert read_jetton_body(body) == JettonBody()


def test_a_transfer_that_ends_early_says_no_amount() -> None:
    """Without its payer there is no transfer; without a readable comment it is one all the same."""
    head = begin_cell().store_uint(INTERNAL_TRANSFER, 32).store_uint(1, 64)
    assert read(head.end_cell()) == JettonBody(INTERNAL_TRANSFER)
    assert read(head.store_coins(5).end_cell()) == JettonBody(INTERNAL_TRANSFER)
    paid = head.store_address(PAYER.raw)
    assert read(paid.end_cell()) == JettonBody(INTERNAL_TRANSFER, 5, PAYER, Comment(CommentKind.MALFORMED))
    with_missing_ref = paid.store_address(None).store_coins(1).store_bit_int(1)
    assert read(with_missing_ref.end_cell()) == JettonBody(INTERNAL_TRANSFER, 5, PAYER, Comment(CommentKind.MALFORMED))


def test_an_outgoing_transfer_says_how_much() -> None:
    """Only the amount of what we send is read; where it goes isn't our payer."""
    body = begin_cell().store_uint(TRANSFER, 32).store_uint(1, 64).store_coins(9).store_address(PAYER.raw)
    assert read(body.end_cell()) == JettonBody(TRANSFER, 9)
    assert read(begin_cell().store_uint(0xD53276DB, 32).store_uint(1, 64).end_cell()) == JettonBody(0xD53276DB)


@pytest.mark.parametrize("tag", ["anycast", "external", "variable", "workchain 7"])
def test_an_odd_payer_is_no_payer(tag: str) -> None:
    """Forms of addresses that no wallet has are refused rather than read in part."""
    head = begin_cell().store_uint(INTERNAL_TRANSFER, 32).store_uint(1, 64).store_coins(5)
    forms = {"anycast": (0b101, 3), "external": (0b01, 2), "variable": (0b11, 2), "workchain 7": (0b100 << 8 | 7, 11)}
    body = read(head.store_uint(*forms[tag]).store_uint(1, 256).store_uint(0, 200).end_cell())
    assert body == JettonBody(INTERNAL_TRANSFER)
