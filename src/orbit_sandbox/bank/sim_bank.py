"""The simulated bank: invoices that may be paid in any way, a list of receipts, refunds."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from orbit_domain.clock import Clock
from orbit_sandbox.bank.records import BankInvoice, BankReceipt, BankRefund
from orbit_sandbox.provider_push import ProviderEvent
from orbit_sandbox.telegram.signal import Signal

SHOP = "orbit"
KEY = "sandbox-bank-key-that-opens-nothing"
WEBHOOK_SECRET = "sandbox-bank-webhook-secret"
MAX_AMOUNT = 10**9
MAX_NOTE_CHARS = 200
MAX_LIMIT = 100
CURRENCY = "RUB"
_DECIMALS = {"RUB": 2, "USD": 2, "JPY": 0}
_NEVER = 2**32


class BankRefusal(Exception):
    """The bank refuses a request: the HTTP status and the code of its answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class SimBank:
    """One shop's account at the bank. Time comes from *clock*, names from *seed*: a run can be repeated exactly.

    `url` is where the bank is served, `webhook_url` where it sends news of receipts, if anywhere.
    """

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.url = "http://127.0.0.1"
        self.webhook_url: str | None = None
        self.invoices: dict[str, BankInvoice] = {}
        self.receipts: list[BankReceipt] = []
        self.refunds: dict[str, BankRefund] = {}
        self.events: list[ProviderEvent] = []
        self.signal = Signal()
        self._random = Random(f"bank {seed}")
        self._first_results: dict[tuple[str, str], tuple[str, str]] = {}

    def seconds(self) -> int:
        """The bank's time: whole seconds since 1970."""
        return int(self.clock.now().timestamp())

    # ---- what the shop calls

    def create_invoice(self, key: str, body: Mapping[str, Any]) -> BankInvoice:
        """The invoice of that idempotency *key*. Raises BankRefusal, 409 for the same key with another body."""
        known = self._first_result("invoice", key, body)
        if known is not None:
            return self.invoices[known]
        invoice = BankInvoice(
            id=self._name("inv"),
            amount=_amount(body),
            currency=_currency(body),
            reference=_text(body, "reference"),
            note=_text(body, "note"),
            expires_at=_whole(body, "expires_at"),
        )
        self.invoices[invoice.id] = invoice
        self._remember("invoice", key, body, invoice.id)
        return invoice

    def invoice(self, invoice_id: str) -> BankInvoice:
        """The invoice of that id. Raises BankRefusal."""
        if invoice_id not in self.invoices:
            raise BankRefusal(404, "no_such_invoice")
        return self.invoices[invoice_id]

    def cancel(self, invoice_id: str) -> BankInvoice:
        """Stop asking. What is paid all the same is taken. Raises BankRefusal."""
        invoice = self.invoice(invoice_id)
        invoice.is_cancelled = True
        return invoice

    def refund(self, key: str, body: Mapping[str, Any]) -> BankRefund:
        """Send a part of what was paid back, once for each *key*. Raises BankRefusal."""
        known = self._first_result("refund", key, body)
        if known is not None:
            return self.refunds[known]
        invoice = self.invoice(_text(body, "invoice_id"))
        amount, currency = _amount(body), _currency(body)
        returned = sum(one.amount for one in self.refunds.values() if one.invoice_id == invoice.id)
        if currency != invoice.currency or amount > self.received(invoice) - returned:
            raise BankRefusal(422, "more_than_received")
        refund = BankRefund(self._name("ref"), invoice.id, amount, currency)
        self.refunds[refund.id] = refund
        self._remember("refund", key, body, refund.id)
        return refund

    def page(self, after: str, limit: int) -> tuple[list[BankReceipt], bool]:
        """The receipts behind the cursor *after*, oldest first, and whether more follow. Raises BankRefusal."""
        begin = 0
        if after:
            known = next((one for one in self.receipts if one.cursor == after), None)
            if known is None:
                raise BankRefusal(409, "no_such_cursor")
            begin = known.number
        rows = self.receipts[begin : begin + limit]
        return rows, begin + limit < len(self.receipts)

    # ---- what customers do

    def pay(
        self, invoice_id: str, kopecks: int, currency: str = CURRENCY, *, paid_at: datetime | None = None
    ) -> BankReceipt:
        """Pay *kopecks* for the invoice: once or again, less or more, late, or after it was cancelled."""
        return self._receive(invoice_id, kopecks, currency, self.invoice(invoice_id).note, paid_at)

    def transfer(self, kopecks: int, note: str = "", currency: str = CURRENCY) -> BankReceipt:
        """Send *kopecks* to the shop's account without an invoice, with any *note*."""
        return self._receive(None, kopecks, currency, note, None)

    def of_invoice(self, invoice_id: str) -> list[BankReceipt]:
        """What was paid for the invoice, oldest first."""
        return [one for one in self.receipts if one.invoice_id == invoice_id]

    def received(self, invoice: BankInvoice) -> int:
        """Smallest units of its currency that were paid for *invoice*."""
        return sum(one.amount for one in self.of_invoice(invoice.id) if one.currency == invoice.currency)

    def _receive(
        self, invoice_id: str | None, amount: int, currency: str, note: str, paid_at: datetime | None
    ) -> BankReceipt:
        receipt = BankReceipt(
            id=self._name("rcp"),
            number=len(self.receipts) + 1,
            cursor=self._name("cur"),
            invoice_id=invoice_id,
            amount=amount,
            currency=currency,
            decimals=_DECIMALS.get(currency, 0),
            paid_at=int(paid_at.timestamp()) if paid_at else self.seconds(),
            note=note,
        )
        self.receipts.append(receipt)
        news = {"id": self._name("evt"), "type": "receipt.paid", "receipt_id": receipt.id, "invoice_id": invoice_id}
        self.events.append(ProviderEvent(json.dumps(news).encode()))
        self.signal.send()
        return receipt

    # ---- idempotency

    def _first_result(self, kind: str, key: str, body: Mapping[str, Any]) -> str | None:
        if not 1 <= len(key) <= 64:
            raise BankRefusal(400, "no_idempotency_key")
        fingerprint, result = self._first_results.get((kind, key), ("", None))
        if result is not None and fingerprint != _fingerprint(body):
            raise BankRefusal(409, "idempotency_key_reused")
        return result

    def _remember(self, kind: str, key: str, body: Mapping[str, Any], result: str) -> None:
        self._first_results[kind, key] = (_fingerprint(body), result)

    def _name(self, kind: str) -> str:
        return f"{kind}_{self._random.getrandbits(64):016x}"


def _fingerprint(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _amount(body: Mapping[str, Any]) -> int:
    text = body.get("amount")
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= MAX_AMOUNT):
        raise BankRefusal(422, "bad_amount")
    return int(text)


def _currency(body: Mapping[str, Any]) -> str:
    if body.get("currency") != CURRENCY:
        raise BankRefusal(422, "bad_currency")
    return CURRENCY


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > MAX_NOTE_CHARS:
        raise BankRefusal(422, f"bad_{name}")
    return value


def _whole(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if type(value) is not int or not 0 <= value < _NEVER:
        raise BankRefusal(422, f"bad_{name}")
    return value
