"""Crypto Pay's HTTP interface.

No call is repeated here: `createInvoice` knows no idempotency key, so a repetition would be a second invoice. What
isn't a whole answer is CryptoPayUnavailable: then nobody knows what became of the call. Errors hold a short reason,
and neither the token nor anything of the answer but the provider's own code.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from orbit_adapters.cryptopay.amounts import NAMES, decimal_text, names_of
from orbit_adapters.cryptopay.invoices import ACTIVE, CRYPTO, FIAT, MAX_ID, PAID, ShownInvoice, read_invoice
from orbit_adapters.cryptopay.settings import CryptoPaySettings
from orbit_adapters.payment_plugin.exchange import NoWholeAnswer, exchange
from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, part, read_object, rows_of, text_of, whole
from orbit_domain.money import Money

T = TypeVar("T")
Json = Mapping[str, Any]

MAX_ANSWER_BYTES = 8 * 1024 * 1024
TOKEN_HEADER = "Crypto-Pay-API-Token"  # noqa: S105 - the header's name
_ANSWERED = frozenset({200, 400, 401, 403, 404, 405, 409, 422})
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,60}", re.ASCII)


class CryptoPayUnavailable(Exception):
    """Crypto Pay gave no answer, or none that says what became of the call."""


class CryptoPayRefused(Exception):
    """Crypto Pay says no, and nothing was done. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Crypto Pay refuses: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class InvoiceRequest:
    """What an invoice is to say. `payload` is ours alone; the customer sees `description`."""

    amount: Money
    payload: str
    description: str
    expires_in_s: int


class CryptoPayApi:
    """One app of Crypto Pay. `source` is the name under which its paid invoices are recorded."""

    def __init__(self, settings: CryptoPaySettings, http: httpx.AsyncClient) -> None:
        self.source = settings.source
        self._settings = settings
        self._http = http

    async def create_invoice(self, request: InvoiceRequest) -> ShownInvoice:
        """Make an invoice: another one for each call. Raises CryptoPayUnavailable, CryptoPayRefused.

        A coin is asked for by each name that it may have today: where one is refused, nothing was made.
        """
        *earlier, last = names_of(request.amount.currency)
        for name in earlier:
            with suppress(CryptoPayRefused):
                return await self._create_invoice(request, name)
        return await self._create_invoice(request, last)

    async def _create_invoice(self, request: InvoiceRequest, name: str) -> ShownInvoice:
        is_fiat = request.amount.currency not in NAMES
        body = {
            "currency_type": FIAT if is_fiat else CRYPTO,
            "fiat" if is_fiat else "asset": name,
            "amount": decimal_text(request.amount),
            "payload": request.payload,
            "description": request.description,
            "expires_in": request.expires_in_s,
            "allow_comments": False,
        }

        def read(answer: Json) -> ShownInvoice:
            invoice = read_invoice(part(answer, "result"))
            shown = invoice.is_fiat, invoice.amount, invoice.payload, invoice.status
            if shown != (is_fiat, request.amount, request.payload, ACTIVE):
                raise MalformedAnswerError("another invoice than the one that was asked for")
            return invoice

        return await self._call("POST", "createInvoice", read, body=body)

    async def invoices(self, offset: int, count: int) -> tuple[ShownInvoice, ...]:
        """Invoices of every status from *offset* on, newest first. Raises CryptoPayUnavailable, CryptoPayRefused."""
        return await self._invoices({"offset": str(offset), "count": str(count)}, count)

    async def paid(self, offset: int, count: int) -> tuple[ShownInvoice, ...]:
        """Paid invoices from *offset* on, newest first. Raises CryptoPayUnavailable, CryptoPayRefused."""
        rows = await self._invoices({"status": PAID, "offset": str(offset), "count": str(count)}, count)
        if any(row.status != PAID for row in rows):
            raise CryptoPayUnavailable("an invoice that isn't paid among the paid ones")
        return rows

    async def delete_invoice(self, invoice_id: int) -> None:
        """Take the invoice back. Raises CryptoPayUnavailable, CryptoPayRefused."""

        def read(answer: Json) -> None:
            if answer.get("result") is not True:
                raise MalformedAnswerError("an answer that says neither yes nor no")

        await self._call("POST", "deleteInvoice", read, body={"invoice_id": invoice_id})

    async def app_id(self) -> int:
        """The number of the app that the token opens. Raises CryptoPayUnavailable, CryptoPayRefused."""
        return await self._call("GET", "getMe", lambda answer: whole(part(answer, "result"), "app_id", MAX_ID))

    async def _invoices(self, query: Mapping[str, str], count: int) -> tuple[ShownInvoice, ...]:
        def read(answer: Json) -> tuple[ShownInvoice, ...]:
            return tuple(read_invoice(row) for row in rows_of(part(answer, "result"), "items", count))

        return await self._call("GET", "getInvoices", read, query=query)

    # ---- one exchange

    async def _call(
        self,
        http_method: str,
        method: str,
        read: Callable[[Json], T],
        *,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
    ) -> T:
        """What *read* makes of the answer. Raises CryptoPayUnavailable, CryptoPayRefused."""
        headers = {TOKEN_HEADER: self._settings.token.get_secret_value()}
        try:
            status, raw = await exchange(
                self._http,
                http_method,
                f"{self._settings.url}/{method}",
                timeout_s=self._settings.timeout_s,
                max_bytes=MAX_ANSWER_BYTES,
                headers=headers,
                json=body,
                params=query,
            )
        except NoWholeAnswer as error:
            raise CryptoPayUnavailable(str(error)) from None
        return _checked(status, raw, read)


def _checked(status: int, raw: bytes, read: Callable[[Json], T]) -> T:
    if status not in _ANSWERED:
        raise CryptoPayUnavailable(f"status {status}")
    try:
        answer = read_object(raw)
        if answer.get("ok") is True and status == httpx.codes.OK:
            return read(answer)
        code = text_of(part(answer, "error"), "name", 61) if answer.get("ok") is False else ""
    except MalformedAnswerError as error:
        raise CryptoPayUnavailable(f"status {status}: {error}") from None
    if _CODE.fullmatch(code) is None:
        raise CryptoPayUnavailable(f"status {status}")
    raise CryptoPayRefused(code)
