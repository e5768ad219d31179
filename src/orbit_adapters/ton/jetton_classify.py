"""Classifies a transaction on our token wallet: that of the shop's tokens of one kind.

The contract itself lets tokens in only from its issuer or from another true wallet, so a transaction that ran to its
end on this account is the proof. The notices that such wallets send are never read.
"""

from enum import StrEnum

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.jetton_body import BURN, INTERNAL_TRANSFER, SET_STATUS, TRANSFER, JettonBody
from orbit_domain.payment.source_record import UNEXPLAINED, Meaning

_OUTGOING = frozenset({TRANSFER, BURN})


class JettonClass(StrEnum):
    """What a transaction on our token wallet is. UNEXPLAINED: our tokens changed, and not by a payment or our order."""

    DEPOSIT = "deposit"
    OWN_SEND = "own_send"
    REFUND_BOUNCED = "refund_bounced"
    INTERNAL = "internal"
    REJECTED = "rejected"
    NOISE = "noise"
    UNEXPLAINED = UNEXPLAINED

    @property
    def meaning(self) -> Meaning:
        """Only a deposit is booked."""
        return Meaning.DEPOSIT if self is JettonClass.DEPOSIT else Meaning.NOTHING


def classify_jetton(row: Transaction, body: JettonBody, own: frozenset[TonAddress]) -> JettonClass:
    """The class of *row*, whose incoming body is *body*. *own* are all accounts of the shop."""
    message = row.in_msg
    if message is None or not row.is_ordinary:
        return JettonClass.UNEXPLAINED
    if message.bounced:
        return JettonClass.REFUND_BOUNCED
    if body.opcode == INTERNAL_TRANSFER:
        return _arrival(row, body, own)
    if not row.is_executed:
        return JettonClass.NOISE
    if body.opcode in _OUTGOING and message.source in own:
        return JettonClass.OWN_SEND
    # Nobody else is obeyed but the issuer, who can take tokens away and lock the wallet.
    return JettonClass.UNEXPLAINED if body.opcode in (*_OUTGOING, SET_STATUS) else JettonClass.NOISE


def _arrival(row: Transaction, body: JettonBody, own: frozenset[TonAddress]) -> JettonClass:
    """`internal_transfer` alone brings tokens, and only when it ran to its end: a locked wallet refuses it."""
    if not row.is_executed:
        return JettonClass.REJECTED
    if body.units is None:
        return JettonClass.UNEXPLAINED
    if body.units == 0:
        return JettonClass.NOISE
    return JettonClass.INTERNAL if body.sender in own else JettonClass.DEPOSIT
