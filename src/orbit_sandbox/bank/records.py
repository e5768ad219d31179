"""What the bank stores: invoices, receipts, refunds, and the events that tell the shop of them."""

from dataclasses import dataclass


@dataclass(slots=True)
class BankInvoice:
    """A request for `amount` smallest units. `reference` and `note` are the shop's words; times are unix seconds."""

    id: str
    amount: int
    currency: str
    reference: str
    note: str
    expires_at: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """Money that arrived. `number` is its place in the list, from 1 and without gaps; `cursor` stands right behind it.

    A transfer without an invoice has no `invoice_id`.
    """

    id: str
    number: int
    cursor: str
    invoice_id: str | None
    amount: int
    currency: str
    decimals: int
    paid_at: int
    note: str


@dataclass(frozen=True, slots=True)
class BankRefund:
    """Money that was sent back to whoever paid the invoice."""

    id: str
    invoice_id: str
    amount: int
    currency: str
