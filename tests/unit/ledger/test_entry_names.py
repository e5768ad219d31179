"""What an entry is about is read from its name, and from nothing that only looks like one."""

from uuid import UUID

import pytest

from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.names import credited_receipt, order_of_entry, refunded_payment

ID = UUID(int=7)
ORDER, REFUND, CREDIT = EntryKind.ORDER, EntryKind.REFUND, EntryKind.CREDIT


@pytest.mark.parametrize(
    ("kind", "ref", "receipt"),
    [
        (CREDIT, "ton:a|5", ("ton:a", "5")),
        (CREDIT, "ton:a|5|surplus", ("ton:a", "5")),
        (CREDIT, "bank:a|x|y", ("bank:a", "x|y")),
        (REFUND, "ton:a|5", None),
    ],
)
def test_a_credit_names_its_receipt(kind: EntryKind, ref: str, receipt: tuple[str, str] | None) -> None:
    """Source and external id, whether it is the receipt itself or its surplus."""
    assert credited_receipt(kind, ref) == receipt


@pytest.mark.parametrize(
    ("kind", "ref", "payment", "order"),
    [
        (REFUND, f"payment:{ID}", ID, None),
        (REFUND, f"sent:{ID}", ID, None),
        (REFUND, f"refused:{ID}", ID, None),
        (REFUND, f"order:{ID}", None, ID),
        (REFUND, f"convert:{ID}", None, ID),
        (REFUND, f"another:{ID}", None, None),
        (REFUND, f"{ID}", None, None),
        (REFUND, "payment:x", None, None),
        (REFUND, "order:x", None, None),
        (ORDER, f"{ID}", None, ID),
        (ORDER, f"order:{ID}", None, None),
        (ORDER, f"payment:{ID}", None, None),
        (ORDER, "x", None, None),
        (CREDIT, f"{ID}", None, None),
        (CREDIT, f"order:{ID}", None, None),
    ],
)
def test_an_entry_names_its_payment_or_its_order(
    kind: EntryKind, ref: str, payment: UUID | None, order: UUID | None
) -> None:
    """By its kind and the word before the id together."""
    assert (refunded_payment(kind, ref), order_of_entry(kind, ref)) == (payment, order)
