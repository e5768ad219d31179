"""The simulated YooKassa over HTTP, with the faults of real ones."""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_sandbox.dropped_response import DroppedResponse
from orbit_sandbox.faults import Faults
from orbit_sandbox.yookassa.pay_page import pay_page_routes
from orbit_sandbox.yookassa.requests import YooKassaRefusal
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY, SHOP_ID, SimYooKassa
from orbit_sandbox.yookassa.views import payment_view, refund_view, stamp

FAULTS = frozenset(
    {
        "yookassa.timeout",  # no answer, and nothing was done
        "yookassa.cut",  # does what was asked and cuts the answer
        "yookassa.http_500",  # does what was asked and answers 500
        "yookassa.duplicates",  # every row of a page comes twice
        "yookassa.shuffle",  # the rows of a page out of order
        "yookassa.hole",  # the list leaves out a row in its middle
        "yookassa.future",  # shows times a day ahead
        "yookassa.webhook_lost",
        "yookassa.webhook_twice",
    }
)
_AHEAD = timedelta(days=1)
_TIMES = ("created_at", "captured_at")
_MAX_BODY_BYTES = 64 * 1024

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, read whole: its path parameter, query, idempotency key and body."""

    name: str
    query: dict[str, str]
    key: str
    body: Json


class YooKassa:
    """YooKassa's answers: what *sim* knows, as the active *faults* show it."""

    def __init__(self, sim: SimYooKassa, faults: Faults) -> None:
        self.sim = sim
        self.faults = faults
        self._random = Random(0)

    def create_payment(self, call: _Call) -> Json:
        """`POST /payments`."""
        return payment_view(self.sim.create_payment(call.key, call.body), SHOP_ID, self.sim.url)

    def payment(self, call: _Call) -> Json:
        """`GET /payments/{id}`."""
        return self._shown(payment_view(self.sim.payment(call.name), SHOP_ID, self.sim.url))

    def cancel(self, call: _Call) -> Json:
        """`POST /payments/{id}/cancel`."""
        return payment_view(self.sim.cancel(call.name), SHOP_ID, self.sim.url)

    def create_refund(self, call: _Call) -> Json:
        """`POST /refunds`."""
        return refund_view(self.sim.create_refund(call.key, call.body))

    def payments(self, call: _Call) -> Json:
        """`GET /payments`."""
        page, following = self.sim.list_payments(call.query)
        return self._list([payment_view(one, SHOP_ID, self.sim.url) for one in page], following)

    def refunds(self, call: _Call) -> Json:
        """`GET /refunds`."""
        page, following = self.sim.list_refunds(call.query)
        return self._list([refund_view(one) for one in page], following)

    def shop(self, _: _Call) -> Json:
        """`GET /me`."""
        return {
            "account_id": SHOP_ID, "status": "enabled", "test": self.sim.is_test, "fiscalization_enabled": False,
            "payment_methods": ["bank_card", "sbp", "sberbank"],
        }  # fmt: skip

    def _list(self, rows: list[Json], following: str | None) -> Json:
        if len(rows) >= 3 and self.faults.consume("yookassa.hole"):
            rows = [*rows[: len(rows) // 2], *rows[len(rows) // 2 + 1 :]]
        if rows and self.faults.consume("yookassa.duplicates"):
            rows = [row for row in rows for _ in range(2)]
        if rows and self.faults.consume("yookassa.shuffle"):
            self._random.shuffle(rows)
        answer: Json = {"type": "list", "items": [self._shown(row) for row in rows]}
        return answer if following is None else answer | {"next_cursor": following}

    def _shown(self, view: Json) -> Json:
        if not self.faults.is_on("yookassa.future"):
            return view
        return view | {name: stamp(datetime.fromisoformat(view[name]) + _AHEAD) for name in _TIMES if name in view}


def yookassa_app(sim: SimYooKassa, faults: Faults) -> Starlette:
    """Serve *sim* to the shop, and its page to customers. `ProviderPush` sends its notifications, unsigned."""
    answers = YooKassa(sim, faults)
    return Starlette(
        routes=[
            Route("/payments", _endpoint(answers.create_payment, faults), methods=["POST"]),
            Route("/payments", _endpoint(answers.payments, faults), methods=["GET"]),
            Route("/payments/{name}", _endpoint(answers.payment, faults), methods=["GET"]),
            Route("/payments/{name}/cancel", _endpoint(answers.cancel, faults), methods=["POST"]),
            Route("/refunds", _endpoint(answers.create_refund, faults), methods=["POST"]),
            Route("/refunds", _endpoint(answers.refunds, faults), methods=["GET"]),
            Route("/me", _endpoint(answers.shop, faults), methods=["GET"]),
            *pay_page_routes(sim),
        ]
    )


def _endpoint(answer: Callable[[_Call], Json], faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if faults.consume("yookassa.timeout"):
            return DroppedResponse()
        try:
            _authorize(request)
            response: Response = JSONResponse(answer(await _call(request)))
        except YooKassaRefusal as refusal:
            return _error(refusal.status, refusal.code, refusal.parameter)
        if faults.consume("yookassa.http_500"):
            return _error(500, "internal_server_error", "")
        return DroppedResponse() if faults.consume("yookassa.cut") else response

    return endpoint


def _error(status: int, code: str, parameter: str) -> Response:
    body = {"type": "error", "id": "ab5a11cd-13cc-4e33-af8b-75a74e18dd09", "code": code, "description": "Refused."}
    return JSONResponse(body | ({"parameter": parameter} if parameter else {}), status)


def _authorize(request: Request) -> None:
    expected = b"Basic " + base64.b64encode(f"{SHOP_ID}:{SECRET_KEY}".encode())
    if not hmac.compare_digest(request.headers.get("authorization", "").encode("utf-8", "replace"), expected):
        raise YooKassaRefusal(401, "invalid_credentials")


async def _call(request: Request) -> _Call:
    body: Json = {}
    if request.method == "POST":
        raw = await request.body()
        try:
            body = json.loads(raw[:_MAX_BODY_BYTES] or b"{}")
        except (ValueError, RecursionError):
            raise YooKassaRefusal(400, "invalid_request") from None
        if not isinstance(body, dict):
            raise YooKassaRefusal(400, "invalid_request")
    key = request.headers.get("idempotence-key", "")
    return _Call(request.path_params.get("name", ""), dict(request.query_params), key, body)
