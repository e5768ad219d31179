"""Classifies a transaction on our wallet.

`aborted` decides nothing: coins sent non-bounceably to a wallet not yet deployed abort *and stay*,
while a bounced message leaves again. The bounce phase and the outgoing messages decide.
"""

from enum import StrEnum

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.comment import Body
from orbit_domain.payment.source_record import FORGED, Meaning

JETTON_NOTIFICATION = 0x7362D09C
EXCESSES = 0xD53276DB


class TransferClass(StrEnum):
    """What a transaction on our account is."""

    DEPOSIT = "deposit"
    OWN_SEND = "own_send"
    REFUND_BOUNCED = "refund_bounced"
    INTERNAL = "internal"
    REJECTED = "rejected"
    FAKE_JETTON = FORGED
    EXCESSES = "excesses"
    NOISE = "noise"
    UNSUPPORTED_ASSET = "unsupported_asset"
    REVIEW = "review"


MEANINGS = {
    TransferClass.DEPOSIT: Meaning.DEPOSIT,
    TransferClass.UNSUPPORTED_ASSET: Meaning.REVIEW,
    TransferClass.REVIEW: Meaning.REVIEW,
}
"""The classes whose coins stayed with us, so that they are booked."""


def classify(
    row: Transaction, body: Body, own: frozenset[TonAddress], jetton_wallets: frozenset[TonAddress]
) -> TransferClass:
    """The class of *row*, whose incoming body is *body*. Rules are tried in order, the first that fits decides.

    *own* are all accounts of the shop, *jetton_wallets* its jetton wallets with a verified contract:
    a notification from any other account is a forgery.
    """
    message = row.in_msg
    if message is None or not row.is_ordinary:
        return TransferClass.REVIEW
    if message.source is None:
        return TransferClass.OWN_SEND
    if message.bounced:
        return TransferClass.REFUND_BOUNCED
    if message.source in own:
        return TransferClass.INTERNAL
    if _was_returned(row, message):
        return TransferClass.REJECTED
    if body.opcode == JETTON_NOTIFICATION:
        # A verified one announces tokens, which are read from the jetton wallet; its coins are leftover gas.
        return TransferClass.EXCESSES if message.source in jetton_wallets else TransferClass.FAKE_JETTON
    if body.opcode == EXCESSES:
        return TransferClass.EXCESSES
    if message.has_extra_currencies:
        return TransferClass.UNSUPPORTED_ASSET
    if message.value == 0:
        return TransferClass.NOISE
    if row.out_msgs:
        return TransferClass.REVIEW
    return TransferClass.DEPOSIT


def _was_returned(row: Transaction, message: Message) -> bool:
    """A bounce phase of type `nofunds` sent nothing back: then the coins stayed."""
    return row.bounce == "ok" or any(out.bounced and out.destination == message.source for out in row.out_msgs)
