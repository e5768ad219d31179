"""The simulated bank over HTTP, with the faults of real ones."""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_sandbox.bank.pay_page import pay_page_routes
from orbit_sandbox.bank.records import BankInvoice, BankReceipt
from orbit_sandbox.bank.sim_bank import KEY, MAX_LIMIT, SHOP, BankRefusal, SimBank
from orbit_sandbox.dropped_response import DroppedResponse
from orbit_sandbox.faults import Faults

FAULTS = frozenset(
    {
        "bank.timeout",  # no answer, and nothing was done
        "bank.cut",  # does what was asked and cuts the answer
        "bank.http_500",  # does what was asked and answers 500
        "bank.duplicates",  # every row of the list comes twice
        "bank.shuffle",  # the rows of a page out of order
        "bank.hole",  # a row in the middle of a page is missing
        "bank.future",  # shows times a day ahead
        "bank.webhook_lost",
        "bank.webhook_twice",
    }
)
_AHEAD_S = 24 * 3600
_MAX_BODY_BYTES = 64 * 1024

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, read whole: its path parameter, query, idempotency key and body."""

    invoice_id: str
    query: Json
    key: str
    body: Json


class Bank:
    """The bank's answers: what *bank* knows, as the active *faults* show it."""

    def __init__(self, bank: SimBank, faults: Faults) -> None:
        self.bank = bank
        self.faults = faults
        self._random = Random(0)

    def create_invoice(self, call: _Call) -> Json:
        """`POST /invoices`."""
        return self._invoice(self.bank.create_invoice(call.key, call.body))

    def invoice(self, call: _Call) -> Json:
        """`GET /invoices/{id}`: the invoice with its receipts."""
        return self._invoice(self.bank.invoice(call.invoice_id))

    def cancel(self, call: _Call) -> Json:
        """`POST /invoices/{id}/cancel`."""
        return self._invoice(self.bank.cancel(call.invoice_id))

    def refund(self, call: _Call) -> Json:
        """`POST /refunds`."""
        refund = self.bank.refund(call.key, call.body)
        return {
            "id": refund.id, "invoice_id": refund.invoice_id, "amount": str(refund.amount), "currency": refund.currency
        }  # fmt: skip

    def receipts(self, call: _Call) -> Json:
        """`GET /receipts?after=&limit=`: a page of the list, and the newest receipt there is."""
        limit = call.query.get("limit", str(MAX_LIMIT))
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= MAX_LIMIT):
            raise BankRefusal(422, "bad_limit")
        page, has_more = self.bank.page(call.query.get("after", ""), int(limit))
        ahead_s = self._ahead_s()
        newest = self.bank.receipts[-1:]
        return {
            "shop": SHOP,
            "as_of": self.bank.seconds() + ahead_s,
            "receipts": self._disturb([_row(one, ahead_s) for one in page]),
            "has_more": has_more,
            "newest": _row(newest[0], ahead_s) if newest else None,
        }

    def _disturb(self, rows: list[Json]) -> list[Json]:
        if len(rows) >= 3 and self.faults.consume("bank.hole"):
            rows = [*rows[: len(rows) // 2], *rows[len(rows) // 2 + 1 :]]
        if rows and self.faults.consume("bank.duplicates"):
            rows = [row for row in rows for _ in range(2)]
        if rows and self.faults.consume("bank.shuffle"):
            self._random.shuffle(rows)
        return rows

    def _invoice(self, invoice: BankInvoice) -> Json:
        ahead_s = self._ahead_s()
        return {
            "shop": SHOP,
            "id": invoice.id,
            "status": self._status(invoice),
            "amount": str(invoice.amount),
            "currency": invoice.currency,
            "reference": invoice.reference,
            "note": invoice.note,
            "expires_at": invoice.expires_at,
            "url": f"{self.bank.url}/pay/{invoice.id}",
            "receipts": [_row(one, ahead_s) for one in self.bank.of_invoice(invoice.id)],
        }

    def _status(self, invoice: BankInvoice) -> str:
        if self.bank.received(invoice) >= invoice.amount:
            return "paid"
        if invoice.is_cancelled:
            return "cancelled"
        return "expired" if self.bank.seconds() > invoice.expires_at else "open"

    def _ahead_s(self) -> int:
        return _AHEAD_S if self.faults.consume("bank.future") else 0


def bank_app(bank: SimBank, faults: Faults) -> Starlette:
    """Serve *bank* to the shop, and its page to customers. `bank_push` sends its webhooks."""
    answers = Bank(bank, faults)
    return Starlette(
        routes=[
            Route("/invoices", _endpoint(answers.create_invoice, faults), methods=["POST"]),
            Route("/invoices/{invoice_id}", _endpoint(answers.invoice, faults), methods=["GET"]),
            Route("/invoices/{invoice_id}/cancel", _endpoint(answers.cancel, faults), methods=["POST"]),
            Route("/receipts", _endpoint(answers.receipts, faults), methods=["GET"]),
            Route("/refunds", _endpoint(answers.refund, faults), methods=["POST"]),
            *pay_page_routes(bank),
        ]
    )


def _endpoint(answer: Callable[[_Call], Json], faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if faults.consume("bank.timeout"):
            return DroppedResponse()
        try:
            _authorize(request)
            response: Response = JSONResponse(answer(await _call(request)))
        except BankRefusal as refusal:
            return JSONResponse({"error": refusal.code}, refusal.status)
        if faults.consume("bank.http_500"):
            return JSONResponse({"error": "internal"}, 500)
        return DroppedResponse() if faults.consume("bank.cut") else response

    return endpoint


def _authorize(request: Request) -> None:
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {KEY}".encode()):
        raise BankRefusal(401, "unauthorized")


async def _call(request: Request) -> _Call:
    body: Json = {}
    if request.method == "POST":
        raw = await request.body()
        if len(raw) > _MAX_BODY_BYTES:
            raise BankRefusal(413, "too_large")
        try:
            body = json.loads(raw or b"{}")
        except (ValueError, RecursionError):
            raise BankRefusal(400, "not_json") from None
        if not isinstance(body, dict):
            raise BankRefusal(400, "not_an_object")
    return _Call(
        request.path_params.get("invoice_id", ""),
        dict(request.query_params),
        request.headers.get("idempotency-key", ""),
        body,
    )


def _row(receipt: BankReceipt, ahead_s: int) -> Json:
    return {
        "id": receipt.id,
        "number": receipt.number,
        "cursor": receipt.cursor,
        "invoice_id": receipt.invoice_id,
        "amount": str(receipt.amount),
        "currency": receipt.currency,
        "decimals": receipt.decimals,
        "paid_at": receipt.paid_at + ahead_s,
        "note": receipt.note,
    }
