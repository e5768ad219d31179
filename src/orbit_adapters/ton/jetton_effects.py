"""What a transaction of our token wallet did to our tokens besides bringing a customer's."""

from dataclasses import replace

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.jetton_body import BURN, TRANSFER, JettonBody
from orbit_adapters.ton.jetton_classify import JettonClass
from orbit_adapters.ton.jetton_transfer import read_order
from orbit_domain.payment.effect import Effect, EffectKind

Effects = tuple[Effect, ...]


def jetton_effects(row: Transaction, kind: JettonClass, body: JettonBody, own: frozenset[TonAddress]) -> Effects:
    """What *row* of class *kind* with the incoming *body* did, a deposit and what came back apart.

    *own* are all accounts of the shop. A transaction that didn't run to its end moves nothing.
    """
    units = body.units
    if not row.is_executed or not units:
        return ()
    if kind is JettonClass.INTERNAL and body.sender is not None:
        return (Effect(EffectKind.MOVED, units, body.sender.raw, body.comment.text),)
    if kind is JettonClass.OWN_SEND:
        return (_sent(row, units, own),)
    if kind is JettonClass.UNEXPLAINED and body.opcode in (TRANSFER, BURN):
        return (Effect(EffectKind.UNEXPLAINED, -units),)
    return ()


def _sent(row: Transaction, units: int, own: frozenset[TonAddress]) -> Effect:
    """An order of our own: a transfer, or tokens that were destroyed."""
    order = read_order(row.in_msg.body if row.in_msg is not None else None)
    if order.receiver is None:
        return Effect(EffectKind.SENT, -units)
    kind = EffectKind.MOVED if order.receiver in own else EffectKind.SENT
    return Effect(kind, -units, order.receiver.raw, order.comment)


def taken_back(effects: Effects) -> Effects:
    """What it means that the tokens of *effects* came back, all of them: none is lost on the way."""
    return tuple(replace(one, kind=_BACK.get(one.kind, one.kind), units=-one.units) for one in effects)


_BACK = {EffectKind.SENT: EffectKind.RETURNED}
