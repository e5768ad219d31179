"""Stars: invoices that were opened, charges that were made, refunds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from orbit_sandbox.telegram.messages import Invoice, seconds
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.refusals import bad_request

# Telegram cancels a payment whose pre_checkout_query isn't answered in this time.
ANSWER_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A pressed Pay button. *chat_id* and *message_id* are None when the invoice was opened by a link."""

    id: str
    payer: Customer
    invoice: Invoice
    opened_at: datetime
    chat_id: int | None = None
    message_id: int | None = None

    def wire(self) -> dict[str, Any]:
        """The `PreCheckoutQuery` object."""
        return {
            "id": self.id,
            "from": self.payer.wire(),
            "currency": "XTR",
            "total_amount": self.invoice.stars,
            "invoice_payload": self.invoice.payload,
        }


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment in Stars, final unless refunded. *until* is the end of the period that it pays of a subscription."""

    id: str
    payer: Customer
    invoice: Invoice
    at: datetime
    refunded_at: datetime | None = None
    until: datetime | None = None
    is_first: bool = True

    def success_wire(self) -> dict[str, Any]:
        """The `SuccessfulPayment` object. Every charge of a subscription has the same payload."""
        if self.until is None:
            return self.payment_wire()
        first = {"is_first_recurring": True} if self.is_first else {}
        recurring = {"is_recurring": True, "subscription_expiration_date": seconds(self.until)}
        return self.payment_wire() | recurring | first

    def payment_wire(self) -> dict[str, Any]:
        """The fields that `SuccessfulPayment` and `RefundedPayment` share."""
        return {
            "currency": "XTR",
            "total_amount": self.invoice.stars,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.id,
            "provider_payment_charge_id": "",
        }

    def transactions(self) -> list[tuple[datetime, dict[str, Any]]]:
        """One `StarTransaction` for the payment and, with the same id, one for its refund."""
        partner: dict[str, Any] = {
            "type": "user",
            "transaction_type": "invoice_payment",
            "user": self.payer.wire(),
            "invoice_payload": self.invoice.payload,
        }
        if self.invoice.period_s is not None:
            partner["subscription_period"] = self.invoice.period_s
        common = {"id": self.id, "amount": self.invoice.stars}
        rows = [(self.at, common | {"date": seconds(self.at), "source": partner})]
        if self.refunded_at is not None:
            rows.append((self.refunded_at, common | {"date": seconds(self.refunded_at), "receiver": partner}))
        return rows


@dataclass(frozen=True, slots=True)
class StarSubscription:
    """A payment that repeats, named by its first charge. *state* is `active`, `canceled` or `failed`.

    While it is stopped *by_bot*, its customer can't switch it on again.
    """

    id: str
    payer: Customer
    invoice: Invoice
    until: datetime
    state: str = "active"
    by_bot: bool = False


class Checkouts:
    """Every open checkout, every invoice link, every charge and every subscription of the bot.

    `without_stars` are the ids of customers who can't be charged again.
    """

    def __init__(self) -> None:
        self.links: dict[str, Invoice] = {}
        self.open: dict[str, Checkout] = {}
        self.charges: dict[str, Charge] = {}
        self.subscriptions: dict[str, StarSubscription] = {}
        self.without_stars: set[int] = set()

    def take(self, query_id: str, now: datetime) -> Checkout:
        """The checkout to answer, once. Raises `BotApiRefusal` (400) when unknown, answered or too late."""
        checkout = self.open.pop(query_id, None)
        if checkout is None or now - checkout.opened_at > ANSWER_WITHIN:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return checkout

    def refund(self, user_id: int, charge_id: str, now: datetime) -> Charge:
        """Give the Stars of one charge back. Raises `BotApiRefusal` (400) for a foreign or refunded charge."""
        charge = self.charges.get(charge_id)
        if charge is None or charge.payer.id != user_id:
            raise bad_request("CHARGE_ID_INVALID")
        if charge.refunded_at is not None:
            raise bad_request("CHARGE_ALREADY_REFUNDED")
        self.charges[charge_id] = replace(charge, refunded_at=now)
        return self.charges[charge_id]

    def transactions(self) -> list[dict[str, Any]]:
        """All `StarTransaction` objects in the order of time."""
        rows = [row for charge in self.charges.values() for row in charge.transactions()]
        return [body for _, body in sorted(rows, key=lambda row: row[0])]

    def balance(self) -> int:
        """Stars that the bot holds."""
        return sum(charge.invoice.stars for charge in self.charges.values() if charge.refunded_at is None)
