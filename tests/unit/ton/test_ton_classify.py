"""How each transaction on our wallet is classified: the table of the payments reference."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.classify import TransferClass, classify
from orbit_adapters.ton.comment import Body
from orbit_domain.payment.source_record import Comment, CommentKind

SHOP = TonAddress(0, b"S" * 32)
PAYER = TonAddress(0, b"P" * 32)
SAFE = TonAddress(-1, b"V" * 32)
JETTON_WALLET = TonAddress(0, b"J" * 32)
NOTICE, EXCESSES = 0x7362D09C, 0xD53276DB

PAID = Message(PAYER, SHOP, 10**9, bounced=False, has_extra_currencies=False, body=None)
RETURNED = Message(SHOP, PAYER, 10**9, bounced=True, has_extra_currencies=False, body=None)
SENT_ON = Message(SHOP, SAFE, 10**8, bounced=False, has_extra_currencies=False, body=None)

TABLE = {
    "an order from outside": ({"in_msg": replace(PAID, source=None, value=0)}, None, TransferClass.OWN_SEND),
    "our refund came back": ({"in_msg": replace(PAID, bounced=True)}, None, TransferClass.REFUND_BOUNCED),
    "it came back from our safe": (
        {"in_msg": replace(PAID, source=SAFE, bounced=True)},
        None,
        TransferClass.REFUND_BOUNCED,
    ),
    "from our safe": ({"in_msg": replace(PAID, source=SAFE)}, None, TransferClass.INTERNAL),
    "from ourselves": ({"in_msg": replace(PAID, source=SHOP)}, None, TransferClass.INTERNAL),
    "sent back": ({"bounce": "ok", "out_msgs": (RETURNED,)}, None, TransferClass.REJECTED),
    "sent back, phase not shown": ({"out_msgs": (RETURNED,)}, None, TransferClass.REJECTED),
    "sent back, message not shown": ({"bounce": "ok"}, None, TransferClass.REJECTED),
    "forged notice that was sent back": ({"bounce": "ok"}, NOTICE, TransferClass.REJECTED),
    "too little to send back": ({"bounce": "nofunds"}, None, TransferClass.DEPOSIT),
    "true notice": ({"in_msg": replace(PAID, source=JETTON_WALLET)}, NOTICE, TransferClass.EXCESSES),
    "forged notice": ({}, NOTICE, TransferClass.FAKE_JETTON),
    "forged notice without coins": ({"in_msg": replace(PAID, value=0)}, NOTICE, TransferClass.FAKE_JETTON),
    "gas back": ({}, EXCESSES, TransferClass.EXCESSES),
    "nothing": ({"in_msg": replace(PAID, value=0)}, None, TransferClass.NOISE),
    "extra currency": ({"in_msg": replace(PAID, has_extra_currencies=True)}, 0, TransferClass.UNSUPPORTED_ASSET),
    "only extra currency": (
        {"in_msg": replace(PAID, value=0, has_extra_currencies=True)},
        None,
        TransferClass.UNSUPPORTED_ASSET,
    ),
    "something was sent on": ({"out_msgs": (SENT_ON,)}, None, TransferClass.REVIEW),
    "no message at all": ({"in_msg": None}, None, TransferClass.REVIEW),
    "no ordinary transaction": ({"is_ordinary": False}, None, TransferClass.REVIEW),
    "a payment": ({}, 0, TransferClass.DEPOSIT),
    "a payment with a contract's opcode": ({}, 0x0BADC0DE, TransferClass.DEPOSIT),
    "one nanoton": ({"in_msg": replace(PAID, value=1)}, None, TransferClass.DEPOSIT),
}


@pytest.mark.parametrize("case", TABLE)
def test_each_observation_has_one_meaning(case: str, row: Callable[..., Transaction]) -> None:
    """The first rule that fits decides, and only coins that arrived and stayed are a deposit."""
    changes, opcode, expected = TABLE[case]
    body = Body(opcode, Comment(CommentKind.EMPTY))
    found = classify(row(10, **changes), body, frozenset({SHOP, SAFE}), frozenset({JETTON_WALLET}))
    assert found is expected


def test_every_class_is_reachable() -> None:
    """Every class is the result of some case."""
    assert {expected for _, _, expected in TABLE.values()} == set(TransferClass)
