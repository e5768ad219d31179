"""What a transaction did to our coins besides bringing a customer's money."""

from collections.abc import Iterator

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.bounced import comment_of
from orbit_adapters.ton.classify import TransferClass
from orbit_domain.payment.effect import Effect, EffectKind

_INCOMING = {
    TransferClass.REFUND_BOUNCED: EffectKind.RETURNED,
    TransferClass.INTERNAL: EffectKind.MOVED,
}
"""What coins that came with a transaction of that class are; those of any other class are leftovers."""


def effects(row: Transaction, kind: TransferClass, own: frozenset[TonAddress], booked: int) -> tuple[Effect, ...]:
    """What *row* of class *kind* did to our balance, apart from *booked* nanotons that become a receipt.

    *own* are all accounts of the shop. The sum, with *booked*, is what the account's states say where the row has
    them, otherwise what its messages and fees say.
    """
    came = row.in_msg.value if row.in_msg is not None else 0
    went = sum(message.value for message in row.out_msgs)
    fees = row.total_fees + sum(message.fees for message in row.out_msgs)
    change = came - went - fees if row.change is None else row.change
    if kind is TransferClass.REJECTED:
        # The payer got back what the fees have left: nothing was sent by us, and the fees weren't ours.
        return _one(EffectKind.LEFTOVER, change)
    return (
        *(_one_incoming(row, kind, came) if not booked else ()),
        *_outgoing(row, own),
        *_one(EffectKind.FEE, -fees),
        *_one(EffectKind.UNEXPLAINED, change - (came - went - fees)),
    )


def _one(kind: EffectKind, units: int) -> tuple[Effect, ...]:
    return (Effect(kind, units),) if units else ()


def _one_incoming(row: Transaction, kind: TransferClass, units: int) -> tuple[Effect, ...]:
    effect = _INCOMING.get(kind)
    if effect is None or row.in_msg is None or row.in_msg.source is None or not units:
        return _one(EffectKind.LEFTOVER, units)
    comment = comment_of(row.in_msg.body)
    return (Effect(effect, units, row.in_msg.source.raw, comment),)


def _outgoing(row: Transaction, own: frozenset[TonAddress]) -> Iterator[Effect]:
    for message in row.out_msgs:
        if message.value and message.destination is not None:
            kind = EffectKind.MOVED if message.destination in own else EffectKind.SENT
            yield Effect(kind, -message.value, message.destination.raw, comment_of(message.body))
