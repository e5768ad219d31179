"""The simulated Crypto Pay over HTTP, with the faults of real providers."""

import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_sandbox.cryptopay.pay_page import pay_page_routes
from orbit_sandbox.cryptopay.records import CryptoInvoice
from orbit_sandbox.cryptopay.sim_cryptopay import APP_ID, TOKEN, CryptoPayRefusal, SimCryptoPay, iso
from orbit_sandbox.dropped_response import DroppedResponse
from orbit_sandbox.faults import Faults

FAULTS = frozenset(
    {
        "cryptopay.timeout",  # no answer, and nothing was done
        "cryptopay.cut",  # does what was asked and cuts the answer
        "cryptopay.http_500",  # does what was asked and answers 500
        "cryptopay.duplicates",  # a part of the list begins with the last row before it
        "cryptopay.shuffle",  # the rows of a part out of order
        "cryptopay.hole",  # a row in the middle of a part is missing
        "cryptopay.future",  # shows times a day ahead
        "cryptopay.renamed",  # the coin TON is called GRAM
        "cryptopay.webhook_lost",
        "cryptopay.webhook_twice",
    }
)
_AHEAD = timedelta(days=1)
_MAX_BODY_BYTES = 64 * 1024

Json = dict[str, Any]


class CryptoPay:
    """The answers of Crypto Pay: what *sim* knows, as the active *faults* show it."""

    def __init__(self, sim: SimCryptoPay, faults: Faults) -> None:
        self.sim = sim
        self.faults = faults
        self._random = Random(0)
        self._methods: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: {"app_id": APP_ID, "name": "Orbit sandbox"},
            "createInvoice": lambda query: self._row(self.sim.create_invoice(self._by_new_name(query))),
            "getInvoices": self._list,
            "deleteInvoice": self._delete,
        }

    def answer(self, method: str, query: Json) -> object:
        """The result of *method*. Raises CryptoPayRefusal."""
        if method not in self._methods:
            raise CryptoPayRefusal(405, "METHOD_NOT_FOUND")
        return self._methods[method](query)

    def _by_new_name(self, query: Json) -> Json:
        """*query* with the name that the simulator knows its coin by. Raises CryptoPayRefusal for yesterday's."""
        if not self.faults.is_on("cryptopay.renamed"):
            return query
        if query.get("asset") == "TON":
            raise CryptoPayRefusal(400, "ASSET_INVALID")
        return query | {"asset": "TON"} if query.get("asset") == "GRAM" else query

    def _delete(self, query: Json) -> bool:
        self.sim.delete_invoice(query)
        return True

    def _list(self, query: Json) -> Json:
        rows = self.sim.get_invoices(query)
        if rows and str(query.get("offset", "0")) != "0" and self.faults.consume("cryptopay.duplicates"):
            rows = self.sim.get_invoices(query | {"offset": str(int(query["offset"]) - 1)})
        if len(rows) >= 3 and self.faults.consume("cryptopay.hole"):
            rows = [*rows[: len(rows) // 2], *rows[len(rows) // 2 + 1 :]]
        if rows and self.faults.consume("cryptopay.shuffle"):
            self._random.shuffle(rows)
        return {"items": [self._row(one) for one in rows]}

    def _row(self, invoice: CryptoInvoice) -> Json:
        row = self.sim.shown(invoice)
        if self.faults.is_on("cryptopay.renamed"):
            row |= {name: "GRAM" for name in ("asset", "paid_asset", "fee_asset") if row.get(name) == "TON"}
        if invoice.paid_at is not None and self.faults.is_on("cryptopay.future"):
            row["paid_at"] = iso(invoice.paid_at + _AHEAD)
        return row


def cryptopay_app(sim: SimCryptoPay, faults: Faults) -> Starlette:
    """Serve *sim* to the shop under `/api`, and its pages to customers. `cryptopay_push` sends webhooks."""
    answers = CryptoPay(sim, faults)
    return Starlette(
        routes=[Route("/api/{method}", _endpoint(answers, faults), methods=["GET", "POST"]), *pay_page_routes(sim)]
    )


def _endpoint(answers: CryptoPay, faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if faults.consume("cryptopay.timeout"):
            return DroppedResponse()
        try:
            _authorize(request)
            result = answers.answer(request.path_params["method"], await _query(request))
        except CryptoPayRefusal as refusal:
            error = {"code": refusal.status, "name": refusal.name}
            return JSONResponse({"ok": False, "error": error}, refusal.status)
        if faults.consume("cryptopay.http_500"):
            return JSONResponse({"ok": False, "error": {"code": 500, "name": "INTERNAL"}}, 500)
        if faults.consume("cryptopay.cut"):
            return DroppedResponse()
        return JSONResponse({"ok": True, "result": result})

    return endpoint


def _authorize(request: Request) -> None:
    given = request.headers.get("crypto-pay-api-token", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, TOKEN.encode()):
        raise CryptoPayRefusal(401, "UNAUTHORIZED")


async def _query(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query_params)
    raw = await request.body()
    if len(raw) > _MAX_BODY_BYTES:
        raise CryptoPayRefusal(400, "REQUEST_TOO_LARGE")
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise CryptoPayRefusal(400, "JSON_INVALID") from None
    if not isinstance(body, dict):
        raise CryptoPayRefusal(400, "JSON_INVALID")
    return body
