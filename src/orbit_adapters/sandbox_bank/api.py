"""The bank's HTTP interface.

No call is repeated here. Each one may be: changes carry an idempotency key, or say how things are to be. What isn't
a whole answer of the bank is BankUnavailable: then nobody knows what became of the call. Errors hold a short reason,
and neither the key nor anything of the answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from orbit_adapters.payment_plugin.exchange import NoWholeAnswer, exchange
from orbit_adapters.payment_plugin.strict_json import (
    MalformedAnswerError,
    flag,
    name_of,
    part,
    read_object,
    rows_of,
    text_of,
    whole,
)
from orbit_adapters.sandbox_bank.receipts import MAX_SECONDS, ListPosition, ShownReceipt, read_receipt, units_of
from orbit_adapters.sandbox_bank.settings import SandboxBankSettings

T = TypeVar("T")
Json = Mapping[str, Any]

MAX_ANSWER_BYTES = 2 * 1024 * 1024
_MAX_ROWS = 1000
_REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 422})
_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)
_PAGE_URL = re.compile(r"(https://|http://(localhost|127(\.\d{1,3}){3}|\[::1\])[:/])[!-~]{1,400}", re.ASCII)


class BankUnavailable(Exception):
    """The bank gave no answer, or none that says what became of the call."""


class BankRefused(Exception):
    """The bank says no, and nothing was done. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the bank refuses: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class InvoiceRequest:
    """What an invoice is to say. The same payment always makes the same one."""

    amount: int
    currency: str
    reference: str
    note: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """An invoice as the bank has it, and what was paid for it."""

    id: str
    amount: int
    currency: str
    reference: str
    url: str
    receipts: tuple[ShownReceipt, ...]


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A page of the list of receipts as it is shown, and the newest receipt there is."""

    as_of: datetime
    receipts: tuple[ShownReceipt, ...]
    has_more: bool
    newest: ShownReceipt | None


class BankApi:
    """One shop's account at the bank. `source` is the name under which its receipts are recorded."""

    def __init__(self, settings: SandboxBankSettings, http: httpx.AsyncClient) -> None:
        self.source = f"bank:{settings.shop}"
        self._settings = settings
        self._http = http

    async def create_invoice(self, request: InvoiceRequest, key: str) -> ShownInvoice:
        """The one invoice of *key*. Raises BankUnavailable, BankRefused."""
        body = {
            "amount": str(request.amount),
            "currency": request.currency,
            "reference": request.reference,
            "note": request.note,
            "expires_at": request.expires_at,
        }

        def read(answer: Json) -> ShownInvoice:
            invoice = self._read_invoice(answer)
            shown = (invoice.reference, invoice.amount, invoice.currency)
            if shown != (request.reference, request.amount, request.currency):
                raise MalformedAnswerError("another invoice than the one that was asked for")
            return invoice

        return await self._call("POST", "/invoices", read, body=body, key=key)

    async def invoice(self, invoice_id: str) -> ShownInvoice:
        """The invoice as it is now. Raises BankUnavailable, BankRefused."""
        return await self._call("GET", f"/invoices/{invoice_id}", self._read_this_invoice(invoice_id))

    async def cancel(self, invoice_id: str) -> ShownInvoice:
        """Stop asking for the invoice; a second time changes nothing. Raises BankUnavailable, BankRefused."""
        return await self._call("POST", f"/invoices/{invoice_id}/cancel", self._read_this_invoice(invoice_id))

    async def refund(self, invoice_id: str, amount: int, currency: str, key: str) -> str:
        """Send *amount* back, once for each *key*; the bank's name of it. Raises BankUnavailable, BankRefused."""
        body = {"invoice_id": invoice_id, "amount": str(amount), "currency": currency}

        def read(answer: Json) -> str:
            shown = (name_of(answer, "invoice_id"), units_of(answer, "amount"), name_of(answer, "currency"))
            if shown != (invoice_id, amount, currency):
                raise MalformedAnswerError("another refund than the one that was asked for")
            return name_of(answer, "id")

        return await self._call("POST", "/refunds", read, body=body, key=key)

    async def receipts(self, at: ListPosition, limit: int) -> ReceiptPage:
        """The page behind *at*. Raises BankUnavailable, BankRefused."""

        def read(answer: Json) -> ReceiptPage:
            self._check_shop(answer)
            newest = answer.get("newest")
            return ReceiptPage(
                as_of=datetime.fromtimestamp(whole(answer, "as_of", MAX_SECONDS), UTC),
                receipts=self._read_receipts(answer),
                has_more=flag(answer, "has_more"),
                newest=None if newest is None else read_receipt(part(answer, "newest"), self.source),
            )

        return await self._call("GET", "/receipts", read, query={"after": at.cursor, "limit": str(limit)})

    # ---- reading an answer

    def _read_this_invoice(self, invoice_id: str) -> Callable[[Json], ShownInvoice]:
        def read(answer: Json) -> ShownInvoice:
            invoice = self._read_invoice(answer)
            if invoice.id != invoice_id:
                raise MalformedAnswerError("another invoice than the one that was asked for")
            return invoice

        return read

    def _read_invoice(self, answer: Json) -> ShownInvoice:
        self._check_shop(answer)
        url = text_of(answer, "url", 500)
        if _PAGE_URL.fullmatch(url) is None:
            raise MalformedAnswerError("url is no https address")
        return ShownInvoice(
            id=name_of(answer, "id"),
            amount=units_of(answer, "amount"),
            currency=name_of(answer, "currency"),
            reference=name_of(answer, "reference"),
            url=url,
            receipts=self._read_receipts(answer),
        )

    def _read_receipts(self, answer: Json) -> tuple[ShownReceipt, ...]:
        return tuple(read_receipt(row, self.source) for row in rows_of(answer, "receipts", _MAX_ROWS))

    def _check_shop(self, answer: Json) -> None:
        """A key of another shop shows another list: nothing of it is ours."""
        if name_of(answer, "shop") != self._settings.shop:
            raise MalformedAnswerError("the account of another shop")

    # ---- one exchange

    async def _call(
        self,
        method: str,
        path: str,
        read: Callable[[Json], T],
        *,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> T:
        """What *read* makes of the bank's answer. Raises BankUnavailable, BankRefused."""
        headers = {"Authorization": f"Bearer {self._settings.key.get_secret_value()}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            status, raw = await exchange(
                self._http,
                method,
                self._settings.url + path,
                timeout_s=self._settings.timeout_s,
                max_bytes=MAX_ANSWER_BYTES,
                headers=headers,
                json=body,
                params=query,
            )
        except NoWholeAnswer as error:
            raise BankUnavailable(str(error)) from None
        return _checked(status, raw, read)


def _checked(status: int, raw: bytes, read: Callable[[Json], T]) -> T:
    try:
        if status == httpx.codes.OK:
            return read(read_object(raw))
        if status in _REFUSALS and _CODE.fullmatch(code := text_of(read_object(raw), "error", 40)):
            raise BankRefused(code)
    except MalformedAnswerError as error:
        raise BankUnavailable(f"status {status}: {error}") from None
    raise BankUnavailable(f"status {status}")
