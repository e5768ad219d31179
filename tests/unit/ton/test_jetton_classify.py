"""How each transaction on our token wallet is classified: only a transfer that ran to its end brings tokens."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.jetton_body import BURN, INTERNAL_TRANSFER, SET_STATUS, TRANSFER, JettonBody
from orbit_adapters.ton.jetton_classify import JettonClass, classify_jetton
from orbit_domain.payment.source_record import Meaning

SHOP = TonAddress(0, b"S" * 32)
PAYER = TonAddress(0, b"P" * 32)
MASTER = TonAddress(0, b"M" * 32)
PAYERS_WALLET = TonAddress(0, b"J" * 32)

ARRIVED = Message(PAYERS_WALLET, SHOP, 10**8, bounced=False, has_extra_currencies=False, body=None)
FROM_ISSUER = replace(ARRIVED, source=MASTER)
CAME_BACK = replace(ARRIVED, bounced=True)
PAID = JettonBody(INTERNAL_TRANSFER, 5, PAYER)

TABLE = {
    "tokens came": ({}, PAID, JettonClass.DEPOSIT),
    "newly issued tokens came": (
        {"in_msg": FROM_ISSUER},
        replace(PAID, sender=None),
        JettonClass.DEPOSIT,
    ),
    "refused: locked, or out of gas": ({"is_executed": False}, PAID, JettonClass.REJECTED),
    "from another account of the shop": ({}, replace(PAID, sender=SHOP), JettonClass.INTERNAL),
    "nothing came": ({}, replace(PAID, units=0), JettonClass.NOISE),
    "a transfer that we can't read": ({}, JettonBody(INTERNAL_TRANSFER), JettonClass.UNEXPLAINED),
    "our transfer came back": ({"in_msg": CAME_BACK}, JettonBody(), JettonClass.REFUND_BOUNCED),
    "what came back looks like a transfer": (
        {"in_msg": CAME_BACK},
        PAID,
        JettonClass.REFUND_BOUNCED,
    ),
    "the owner sends": ({"in_msg": replace(ARRIVED, source=SHOP)}, JettonBody(TRANSFER, 5), JettonClass.OWN_SEND),
    "the owner burns": ({"in_msg": replace(ARRIVED, source=SHOP)}, JettonBody(BURN, 5), JettonClass.OWN_SEND),
    "a stranger's order fails": ({"is_executed": False}, JettonBody(TRANSFER, 5), JettonClass.NOISE),
    "the issuer takes": ({"in_msg": FROM_ISSUER}, JettonBody(TRANSFER, 5), JettonClass.UNEXPLAINED),
    "the issuer burns": ({"in_msg": FROM_ISSUER}, JettonBody(BURN, 5), JettonClass.UNEXPLAINED),
    "the issuer locks": ({"in_msg": FROM_ISSUER}, JettonBody(SET_STATUS), JettonClass.UNEXPLAINED),
    "coins for the token wallet": ({}, JettonBody(), JettonClass.NOISE),
    "a notice of other tokens": ({}, JettonBody(0x7362D09C), JettonClass.NOISE),
    "no message at all": ({"in_msg": None}, JettonBody(), JettonClass.UNEXPLAINED),
    "no ordinary transaction": ({"is_ordinary": False}, PAID, JettonClass.UNEXPLAINED),
}


@pytest.mark.parametrize("case", TABLE)
def test_each_observation_has_one_meaning(case: str, row: Callable[..., Transaction]) -> None:
    """The first rule that fits decides, and only tokens that came are booked."""
    changes, body, expected = TABLE[case]
    kind = classify_jetton(row(10, **{"in_msg": ARRIVED, "is_executed": True, **changes}), body, frozenset({SHOP}))
    assert (kind, kind.meaning is Meaning.DEPOSIT) == (expected, expected is JettonClass.DEPOSIT)


def test_every_class_is_reachable() -> None:
    """Every class is the result of some case."""
    assert {expected for _, _, expected in TABLE.values()} == set(JettonClass)
