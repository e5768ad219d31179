"""A simulator of toncenter v3 over a simulated chain, with the faults of real indexers."""

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from orbit_sandbox.chain.address import NoSuchAddress, raw_address
from orbit_sandbox.chain.bits import BitsOut, address_in
from orbit_sandbox.chain.cells import to_boc
from orbit_sandbox.chain.http_faults import BadRequest, respond
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_sandbox.chain.toncenter_json import Json, account_json, base64_of, masterchain_json, transaction_json
from orbit_sandbox.faults import Faults

FAULTS = frozenset(
    {
        "chain.lag",  # the indexer stops reading: newer rows, states and blocks are not shown
        "chain.hole",  # a row in the middle of the page is missing
        "chain.hide_newest",  # the newest row is missing, though the account's state names it
        "chain.duplicate_page",  # every row comes twice
        "chain.shuffle",  # rows out of order
        "chain.wrong_anchor",  # the first row belongs to another history
        "chain.429",
        "chain.500",
        "chain.timeout",  # the connection drops in the middle of the response
        "chain.html",  # an HTML page instead of JSON
        "chain.cut_json",  # a truncated response
    }
)
DEFAULT_LIMIT = 10
MAX_LIMIT = 1000
_LIMITED: Json = {"ok": False, "result": "Ratelimit exceed", "code": 429}


@dataclass(frozen=True, slots=True)
class _IndexedUpTo:
    """How far the indexer has read."""

    lt: int
    seqno: int
    seconds: int


class Toncenter:
    """The indexer: responds from *chain*, with the active *faults*. A key that is sent must be one of *keys*."""

    def __init__(self, chain: SimChain, faults: Faults, keys: frozenset[str] = frozenset()) -> None:
        self.chain = chain
        self.faults = faults
        self.keys = keys
        self._random = Random(chain.seed)
        self._read = self._now()

    def respond(self, request: Request, build: Callable[[Mapping[str, str], _IndexedUpTo], Json]) -> Response:
        """Respond to *request* with the JSON that *build* makes of its query, or with the active fault."""
        key = request.headers.get("X-API-Key") or request.query_params.get("api_key")
        if key is not None and self.keys and key not in self.keys:
            return JSONResponse({"error": "API key does not exist"}, 401)
        return respond(self.faults, "chain", _LIMITED, lambda: build(request.query_params, self._position()))

    def masterchain(self, query: Mapping[str, str], position: _IndexedUpTo) -> Json:
        """`/masterchainInfo`: the newest block that the indexer has read."""
        return masterchain_json(position.seqno, position.seconds, testnet=self.chain.network == "testnet")

    def transactions(self, query: Mapping[str, str], position: _IndexedUpTo) -> Json:
        """`/transactions`: by account, `start_lt` and `end_lt` inclusive, ordered by lt."""
        limit = _number(query, "limit", DEFAULT_LIMIT)
        if not 1 <= limit <= MAX_LIMIT:
            raise BadRequest(422, f"limit is not allowed: max is {MAX_LIMIT}")
        start, end = _number(query, "start_lt", 0), _number(query, "end_lt", position.lt)
        seen = self._history(_address(query, "account"), position)
        rows = seen[bisect_left(seen, start, key=_lt) : bisect_right(seen, end, key=_lt)]
        ascending = query.get("sort", "desc") == "asc"
        page = (rows if ascending else rows[::-1])[_number(query, "offset", 0) :][:limit]
        if ascending:
            page = self._lose(page, seen, start)
        shown = [transaction_json(tx) for tx in page]
        return {"transactions": self._disturb(shown, start, limit) if ascending else shown, "address_book": {}}

    def states(self, query: Mapping[str, str], position: _IndexedUpTo) -> Json:
        """`/accountStates` of one address; an unknown account isn't listed."""
        address = _address(query, "address")
        if address not in self.chain.accounts:
            return {"accounts": [], "address_book": {}}
        history = self._history(address, position)
        account = account_json(self.chain.accounts[address], history[-1] if history else None)
        return {"accounts": [account], "address_book": {}}

    def information(self, query: Mapping[str, str], position: _IndexedUpTo) -> Json:
        """`/addressInformation`: the same facts in another shape."""
        states = self.states(query, position)["accounts"]
        if not states:
            zeros = base64_of(bytes(32))
            return {"balance": "0", "status": "nonexist", "last_transaction_lt": "0", "last_transaction_hash": zeros}
        return {key: value for key, value in states[0].items() if key != "address"}

    def run_get_method(self, question: Json) -> Json:
        """`/runGetMethod`: numbers in hex, addresses in cells. A contract without that method has no exit code 0."""
        try:
            address, method, stack = raw_address(str(question["address"])), question["method"], question["stack"]
            about = address_in(base64.b64decode(stack[0]["value"])) if stack else None
        except (KeyError, TypeError, IndexError, ValueError):
            raise BadRequest(422, "malformed request") from None
        answers = (contract.answer(address, method, about) for contract in self.chain.contracts)
        given = next((answer for answer in answers if answer is not None), None)
        if given is None:
            return {"gas_used": 0, "exit_code": -13, "stack": []}
        return {"gas_used": 1500, "exit_code": 0, "stack": [_stack_entry(value) for value in given]}

    def _history(self, address: str, position: _IndexedUpTo) -> list[SimTransaction]:
        account = self.chain.accounts.get(address)
        return account.transactions[: bisect_right(account.transactions, position.lt, key=_lt)] if account else []

    def _lose(self, page: list[SimTransaction], seen: list[SimTransaction], start: int) -> list[SimTransaction]:
        if len(page) >= 3 and self.faults.consume("chain.hole"):
            middle = len(page) // 2
            page = page[:middle] + page[middle + 1 :]
        newest_is_new = bool(page) and page[-1] is seen[-1] and page[-1].lt > start
        if newest_is_new and self.faults.consume("chain.hide_newest"):
            page = page[:-1]
        return page

    def _disturb(self, rows: list[Json], start: int, limit: int) -> list[Json]:
        if rows and start and self.faults.consume("chain.wrong_anchor"):
            stranger = {**rows[0], "lt": str(start + 1), "hash": base64_of(bytes([7]) * 32)}
            rows = [stranger, *rows[1:]]
        if rows and self.faults.consume("chain.duplicate_page"):
            rows = [row for row in rows for _ in range(2)][:limit]
        if rows and self.faults.consume("chain.shuffle"):
            self._random.shuffle(rows)
        return rows

    def _now(self) -> _IndexedUpTo:
        return _IndexedUpTo(self.chain.lt, self.chain.seqno(), self.chain.seconds())

    def _position(self) -> _IndexedUpTo:
        """How far the indexer has read. With `chain.lag` on, the position of the last request without it."""
        if not self.faults.consume("chain.lag"):
            self._read = self._now()
        return self._read


def toncenter_app(chain: SimChain, faults: Faults, keys: frozenset[str] = frozenset()) -> FastAPI:
    """The simulator as an ASGI app, serving under `/api/v3`."""
    index = Toncenter(chain, faults, keys)
    app = FastAPI(title="toncenter simulator", docs_url=None, redoc_url=None, openapi_url=None)
    answers = {
        "masterchainInfo": index.masterchain,
        "transactions": index.transactions,
        "accountStates": index.states,
        "addressInformation": index.information,
    }
    for name, build in answers.items():
        app.add_route(f"/api/v3/{name}", _endpoint(index, build), methods=["GET"])
    app.add_route("/api/v3/runGetMethod", _questions(index), methods=["POST"])
    return app


def _endpoint(
    index: Toncenter, build: Callable[[Mapping[str, str], _IndexedUpTo], Json]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return index.respond(request, build)

    return endpoint


def _questions(index: Toncenter) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        question = await request.json()
        return index.respond(request, lambda _query, _position: index.run_get_method(question))

    return endpoint


def _stack_entry(value: int | str) -> Json:
    if isinstance(value, int):
        return {"type": "num", "value": hex(value)}
    return {"type": "cell", "value": base64_of(to_boc(BitsOut().address(value).cell()))}


def _lt(tx: SimTransaction) -> int:
    return tx.lt


def _address(query: Mapping[str, str], key: str) -> str:
    try:
        return raw_address(query.get(key, ""))
    except NoSuchAddress:
        raise BadRequest(422, f"{key} is not an address") from None


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    text = query.get(key, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise BadRequest(422, f"{key} is not a number")
    return int(text)
