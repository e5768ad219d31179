"""What leaves our token wallet is read exactly, or not at all; and what came back is told from all else."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core import Cell as OracleCell
from pytoniq_core import begin_cell

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.bounced import OLDER_BOUNCE
from orbit_adapters.ton.indexes import Index
from orbit_adapters.ton.jetton_body import BURN, INTERNAL_TRANSFER, TRANSFER, JettonBody
from orbit_adapters.ton.jetton_bounce import came_back, order_of
from orbit_adapters.ton.jetton_classify import JettonClass
from orbit_adapters.ton.jetton_effects import jetton_effects
from orbit_adapters.ton.jetton_transfer import (
    BURN_NOTIFICATION,
    CarriedTokens,
    JettonOrder,
    carried_tokens,
    read_order,
)
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.source import SourceUnavailable

SHOP, THEIRS, THEIR_WALLET = (TonAddress(0, letter * 32) for letter in (b"S", b"P", b"J"))
UNITS = 1_400_000


def order(comment: str, *, in_ref: bool, custom: bool, receiver: TonAddress = THEIRS, units: int = UNITS) -> OracleCell:
    """A `transfer`, written by the published library."""
    payload = begin_cell().store_uint(0, 32).store_snake_string(comment).end_cell()
    body = begin_cell().store_uint(TRANSFER, 32).store_uint(1, 64).store_coins(units)
    body = body.store_address(receiver.raw).store_address(SHOP.raw).store_bit_int(int(custom))
    body = (body.store_ref(begin_cell().end_cell()) if custom else body).store_coins(1)
    if in_ref:
        return body.store_bit_int(1).store_ref(payload).end_cell()
    return body.store_bit_int(0).store_cell(payload).end_cell()


def carrying(opcode: int, units: int = UNITS, *, bounced: bool = False, query: int = 7) -> str:
    body = begin_cell().store_uint(OLDER_BOUNCE, 32) if bounced else begin_cell()
    return text(body.store_uint(opcode, 32).store_uint(query, 64).store_coins(units).end_cell())


def text(cell: OracleCell) -> str:
    return base64.b64encode(cell.to_boc()).decode()


@settings(max_examples=15, deadline=None)
@given(
    comment=st.text(max_size=9), in_ref=st.booleans(), custom=st.booleans(), account=st.binary(min_size=32, max_size=32)
)
def test_an_order_says_who_gets_it_and_why(comment: str, in_ref: bool, custom: bool, account: bytes) -> None:
    """Any receiver, both places of the comment, with and without a payload of the token's own."""
    receiver = TonAddress(0, account)
    read = read_order(text(order(comment, in_ref=in_ref, custom=custom, receiver=receiver)))
    assert read == JettonOrder(receiver, comment.replace("\0", ""))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 400), value=st.integers(0, 255), cut=st.none() | st.integers(0, 200), in_ref=st.booleans())
def test_a_broken_order_never_raises(place: int, value: int, cut: int | None, in_ref: bool) -> None:
    """Cut and overwritten bytes: nothing is read, or an order that says something else; the contract decides anyway."""
    bag = bytearray(order("REF7K3M9P2Q4WX", in_ref=in_ref, custom=True).to_boc(hash_crc32=False))
    bag[place % len(bag)] = value
    body = base64.b64encode(bytes(bag[:cut])).decode()
    assert isinstance(read_order(body), JettonOrder)


@pytest.mark.parametrize("body", [None, "", "no base64!", base64.b64encode(bytes(40)).decode(), "A" * 200_000])
def test_what_is_no_body_carries_nothing(body: str | None) -> None:
    """Neither a receiver nor an amount comes out of anything else."""
    assert (read_order(body), carried_tokens(body)) == (JettonOrder(), None)


def test_tokens_on_their_way_are_those_that_are_sent_on_or_come_back() -> None:
    """Arrivals and burns, also in the form in which they bounce; no order, and no body that ends early."""
    for opcode in (INTERNAL_TRANSFER, BURN_NOTIFICATION):
        for bounced in (False, True):
            assert carried_tokens(carrying(opcode, bounced=bounced)) == CarriedTokens(7, UNITS)
    assert carried_tokens(carrying(TRANSFER, bounced=True)) is None
    assert carried_tokens(text(begin_cell().store_uint(INTERNAL_TRANSFER, 32).store_uint(7, 64).end_cell())) is None


def test_only_what_ran_to_its_end_came_back(row: Callable[..., Transaction]) -> None:
    """A bounced message that our token wallet couldn't take changed nothing, and so did one that isn't bounced."""
    back = Message(THEIR_WALLET, SHOP, 5, True, False, carrying(INTERNAL_TRANSFER, bounced=True))
    assert came_back(row(10, in_msg=back, is_executed=True)) == (THEIR_WALLET, CarriedTokens(7, UNITS))
    assert came_back(row(10, in_msg=back, is_executed=False)) is None
    assert came_back(row(10, in_msg=replace(back, bounced=False), is_executed=True)) is None


def test_each_class_of_transaction_moves_what_it_moved(row: Callable[..., Transaction]) -> None:
    """Sends, burns, moves and what the issuer takes; nothing where the amount is unknown or it didn't run."""
    sent = Message(SHOP, THEIR_WALLET, 5, False, False, text(order("REF1", in_ref=True, custom=False)))
    spent, taken = JettonBody(TRANSFER, UNITS), EffectKind.UNEXPLAINED
    cases: list[tuple[JettonClass, JettonBody, frozenset[TonAddress], tuple[Effect, ...]]] = [
        (JettonClass.OWN_SEND, spent, frozenset(), (Effect(EffectKind.SENT, -UNITS, THEIRS.raw, "REF1"),)),
        (JettonClass.OWN_SEND, spent, frozenset({THEIRS}), (Effect(EffectKind.MOVED, -UNITS, THEIRS.raw, "REF1"),)),
        (JettonClass.UNEXPLAINED, spent, frozenset(), (Effect(taken, -UNITS),)),
        (JettonClass.UNEXPLAINED, JettonBody(BURN, UNITS), frozenset(), (Effect(taken, -UNITS),)),
        (JettonClass.UNEXPLAINED, JettonBody(INTERNAL_TRANSFER, UNITS, THEIRS), frozenset(), ()),
        (JettonClass.OWN_SEND, JettonBody(TRANSFER), frozenset(), ()),
        (JettonClass.DEPOSIT, JettonBody(INTERNAL_TRANSFER, UNITS, THEIRS), frozenset(), ()),
    ]
    for kind, body, own, expected in cases:
        assert jetton_effects(row(10, in_msg=sent, is_executed=True), kind, body, own) == expected
        assert jetton_effects(row(10, in_msg=sent, is_executed=False), kind, body, own) == ()
    unread = replace(sent, body=None)
    assert jetton_effects(
        row(10, in_msg=unread, is_executed=True), JettonClass.OWN_SEND, JettonBody(BURN, 1), frozenset()
    ) == (Effect(EffectKind.SENT, -1),)


class ScriptedIndex:
    """An index that shows these rows before any other, newest first."""

    def __init__(self, *earlier: Transaction) -> None:
        self.earlier = earlier

    async def before(self, account: TonAddress, lt: int, limit: int) -> tuple[Transaction, ...]:
        return self.earlier[:limit]


async def test_the_order_of_what_came_back_is_found_link_by_link(row: Callable[..., Transaction]) -> None:
    """The order that ran and sent just that. A missing or another row stops the reading, one too far away doesn't."""
    sent = Message(SHOP, THEIR_WALLET, 5, False, False, carrying(INTERNAL_TRANSFER))
    order_row = row(10, in_msg=None, out_msgs=(sent,), is_executed=True)
    failed = row(20, (10, order_row.tx_hash), out_msgs=(sent,), is_executed=False)
    others = [row(30, (20, failed.tx_hash), out_msgs=(replace(sent, destination=THEIRS),), is_executed=True)]
    others += [row(40, (30, others[0].tx_hash), out_msgs=(replace(sent, body=carrying(BURN, 1)),), is_executed=True)]
    back = row(50, (40, others[1].tx_hash))
    came = (THEIR_WALLET, CarriedTokens(7, UNITS))
    whole = (others[1], others[0], failed, order_row)

    async def found(*earlier: Transaction) -> Transaction | None:
        return await order_of(came, back, cast("Index", ScriptedIndex(*earlier)))

    assert await found(*whole) == order_row
    for broken in (whole[1:], whole[:2], (*whole[:2], row(20), order_row), ()):
        with pytest.raises(SourceUnavailable):
            await found(*broken)
    assert (
        await order_of((THEIRS, came[1]), row(20, (10, order_row.tx_hash)), cast("Index", ScriptedIndex(order_row)))
        is None
    )
