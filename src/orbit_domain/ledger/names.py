"""What the name of an entry says: the receipt, the payment or the order that it is about."""

from contextlib import suppress
from uuid import UUID

from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.ledger.ledger import EntryKind

_SURPLUS = "|surplus"


def credited_receipt(kind: EntryKind, ref: str) -> tuple[str, str] | None:
    """Source and external id of the receipt that a credit gives; None for an entry of another kind."""
    if kind is not EntryKind.CREDIT:
        return None
    source, _, external_id = ref.removesuffix(_SURPLUS).partition("|")
    return source, external_id


def refunded_payment(kind: EntryKind, ref: str) -> PaymentId | None:
    """The payment whose money is set aside, sent back, or refused to be; None for any other entry."""
    subject, _, name = ref.partition(":")
    is_of_payment = kind is EntryKind.REFUND and subject in ("payment", "sent", "refused")
    identity = _identity(name) if is_of_payment else None
    return None if identity is None else PaymentId(identity)


def order_of_entry(kind: EntryKind, ref: str) -> OrderId | None:
    """The order that an entry pays, gives the price back of, or pays out the old time for; None for any other."""
    subject, _, name = ref.rpartition(":")
    is_of_order = (kind is EntryKind.ORDER and not subject) or (
        kind is EntryKind.REFUND and subject in ("order", "convert")
    )
    identity = _identity(name) if is_of_order else None
    return None if identity is None else OrderId(identity)


def _identity(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None
