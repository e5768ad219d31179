"""A simulator of tonapi v2 over the chain that the simulated toncenter shows: a second reader that may know less."""

from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from orbit_sandbox.chain.address import NoSuchAddress, raw_address
from orbit_sandbox.chain.http_faults import BadRequest, respond
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_sandbox.chain.tonapi_json import account_object, block_object, transaction_row
from orbit_sandbox.chain.toncenter_json import Json
from orbit_sandbox.faults import Faults

FAULTS = frozenset(
    {
        "tonapi.lag",  # it stops reading: newer rows, states and blocks are not shown
        "tonapi.hole",  # a row in the middle of the page is missing
        "tonapi.hide_newest",  # the newest row is missing, though the account's state names it
        "tonapi.other_value",  # the newest row shows a thousandth of the coins that came
        "tonapi.429",
        "tonapi.500",
        "tonapi.timeout",  # the connection drops in the middle of the response
        "tonapi.html",  # an HTML page instead of JSON
        "tonapi.cut_json",  # a truncated response
    }
)
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
_LIMITED: Json = {"error": "rate limit: free tier"}
_COINS = ("TON", "GRAM")
_BEFORE_NOTHING = 1 << 62


@dataclass(frozen=True, slots=True)
class _IndexedUpTo:
    """How far the service has read."""

    lt: int
    seqno: int
    seconds: int


class Tonapi:
    """The service: responds from *chain*, with the active *faults*. A key that is sent must be one of *keys*.

    *prices* are what one coin costs, by the ticker of the currency.
    """

    def __init__(
        self,
        chain: SimChain,
        faults: Faults,
        keys: frozenset[str] = frozenset(),
        prices: Mapping[str, float] | None = None,
    ) -> None:
        self.chain = chain
        self.faults = faults
        self.keys = keys
        self.prices = dict(prices or {})
        self._read = self._now()

    def respond(self, request: Request, build: Callable[[Request], Json]) -> Response:
        """Respond to *request* with the JSON that *build* makes of it, or with the active fault."""
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if key and self.keys and key not in self.keys:
            return JSONResponse({"error": "illegal base32 data or wrong token"}, 401)
        return respond(self.faults, "tonapi", _LIMITED, lambda: build(request))

    def head(self, request: Request) -> Json:
        """`/v2/blockchain/masterchain-head`: the newest block that the service has read."""
        position = self._position()
        return block_object(position.seqno, position.seconds, testnet=self.chain.network == "testnet")

    def account(self, request: Request) -> Json:
        """`/v2/blockchain/accounts/{id}`: its state; an unknown account is 404."""
        address = _address(request)
        if address not in self.chain.accounts:
            raise BadRequest(404, "entity not found")
        history = self._history(address, self._position().lt)
        return account_object(self.chain.accounts[address], history[-1] if history else None)

    def transactions(self, request: Request) -> Json:
        """`/v2/blockchain/accounts/{id}/transactions`: after `after_lt` and before `before_lt`, both exclusive."""
        query = request.query_params
        limit = _number(query, "limit", DEFAULT_LIMIT)
        if not 1 <= limit <= MAX_LIMIT:
            raise BadRequest(400, f"limit: must be from 1 to {MAX_LIMIT}")
        order = query.get("sort_order", "desc")
        if order not in ("asc", "desc"):
            raise BadRequest(400, "sort_order: must be asc or desc")
        seen = self._history(_address(request), self._position().lt)
        after, before = _number(query, "after_lt", 0), _number(query, "before_lt", 0) or _BEFORE_NOTHING
        rows = seen[bisect_right(seen, after, key=_lt) : bisect_left(seen, before, key=_lt)]
        page = self._lose(rows if order == "asc" else rows[::-1], limit, seen)
        return {"transactions": self._disturb([transaction_row(tx) for tx in page], seen)}

    def rates(self, request: Request) -> Json:
        """`/v2/rates`: the price of the coin by each of its tickers; 0 for a token that is unknown."""
        query = request.query_params
        tokens, currencies = _words(query, "tokens"), _words(query, "currencies")
        prices = {name: self.prices.get(name, 0.0) for name in currencies}
        unknown = dict.fromkeys(currencies, 0.0)
        return {"rates": {token: {"prices": prices if token in _COINS else unknown} for token in tokens}}

    def _history(self, address: str, lt: int) -> list[SimTransaction]:
        account = self.chain.accounts.get(address)
        return account.transactions[: bisect_right(account.transactions, lt, key=_lt)] if account else []

    def _lose(self, rows: list[SimTransaction], limit: int, seen: list[SimTransaction]) -> list[SimTransaction]:
        if rows and seen[-1] in (rows[0], rows[-1]) and self.faults.consume("tonapi.hide_newest"):
            rows = [tx for tx in rows if tx is not seen[-1]]
        page = rows[:limit]
        if len(page) >= 3 and self.faults.consume("tonapi.hole"):
            del page[len(page) // 2]
        return page

    def _disturb(self, rows: list[Json], seen: list[SimTransaction]) -> list[Json]:
        for row in rows:
            if row["lt"] == seen[-1].lt and self.faults.consume("tonapi.other_value"):
                row["in_msg"]["value"] //= 1000
        return rows

    def _now(self) -> _IndexedUpTo:
        return _IndexedUpTo(self.chain.lt, self.chain.seqno(), self.chain.seconds())

    def _position(self) -> _IndexedUpTo:
        """How far the service has read. With `tonapi.lag` on, the position of the last request without it."""
        if not self.faults.consume("tonapi.lag"):
            self._read = self._now()
        return self._read


def tonapi_app(
    chain: SimChain, faults: Faults, keys: frozenset[str] = frozenset(), prices: Mapping[str, float] | None = None
) -> FastAPI:
    """The simulator as an ASGI app, serving under `/v2`."""
    service = Tonapi(chain, faults, keys, prices)
    app = FastAPI(title="tonapi simulator", docs_url=None, redoc_url=None, openapi_url=None)
    answers = {
        "blockchain/masterchain-head": service.head,
        "blockchain/accounts/{account}": service.account,
        "blockchain/accounts/{account}/transactions": service.transactions,
        "rates": service.rates,
    }
    for path, build in answers.items():
        app.add_route(f"/v2/{path}", _endpoint(service, build), methods=["GET"])
    return app


def _endpoint(service: Tonapi, build: Callable[[Request], Json]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return service.respond(request, build)

    return endpoint


def _lt(tx: SimTransaction) -> int:
    return tx.lt


def _address(request: Request) -> str:
    try:
        return raw_address(request.path_params["account"])
    except NoSuchAddress:
        raise BadRequest(400, "can't decode address") from None


def _words(query: Mapping[str, str], key: str) -> list[str]:
    words = [word.upper() for word in query.get(key, "").split(",") if word]
    if not words:
        raise BadRequest(400, f"{key}: field required")
    return words


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    text = query.get(key, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise BadRequest(400, f"{key} is not a number")
    return int(text)
