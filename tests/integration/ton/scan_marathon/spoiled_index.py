"""An index over the history of a scan that tells at most one lie in a reading. Its own time is measured apart."""

import json
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import httpx

from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_sandbox.chain.toncenter_json import account_json, masterchain_json, transaction_json
from tests.integration.ton.scan_marathon.lies import Lie, Page


class SpoiledIndex:
    """A toncenter v3 that answers from *chain*. `begin` says what it does in the next reading.

    `told`: whether there was enough on the page to lie about. `spent_s` and `spent_cpu_s` are the seconds that
    answering took, by the clock and of the processor.
    """

    def __init__(self, chain: SimChain, wallet: str, rng: random.Random) -> None:
        self.chain = chain
        self.wallet = wallet
        self.told = False
        self.spent_s = 0.0
        self.spent_cpu_s = 0.0
        self._rng = rng
        self._lie: Lie | None = None
        self._seen: Sequence[SimTransaction] = ()

    def begin(self, stands_at: int, lie: Lie | None) -> None:
        """A reader that stands at the lt *stands_at* will read, and be told *lie* if that is possible."""
        self.told = False
        rows = self.chain.account(self.wallet).transactions
        behind = len(rows) - bisect_right(rows, stands_at, key=_lt)
        self._lie = lie if stands_at and behind > 3 else None
        is_old = self._lie is not None and self._lie.is_old
        self._seen = rows[: len(rows) - self._rng.randint(1, behind)] if is_old else rows

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to *request*."""
        began, began_cpu = time.perf_counter(), time.process_time()
        text = self._answer(request.url.path.rsplit("/", 1)[-1], request.url.params)
        self.spent_s += time.perf_counter() - began
        self.spent_cpu_s += time.process_time() - began_cpu
        return httpx.Response(200, text=text)

    def _answer(self, path: str, query: httpx.QueryParams) -> str:
        if path == "masterchainInfo":
            return json.dumps(masterchain_json(*self._block(), testnet=True))
        if path == "accountStates":
            newest = self._seen[-1] if self._seen else None
            return json.dumps({"accounts": [account_json(self.chain.account(self.wallet), newest)]})
        page = self._page(int(query.get("start_lt", 0)), int(query["limit"]))
        if self._lie is not None:
            self._lie.spoil(page, self._rng)
            self.told = True
        text = json.dumps({"transactions": page.rows, "address_book": {}})
        return text[: len(text) // 2] if page.is_cut else text

    def _block(self) -> tuple[int, int]:
        """Number and time of the newest block."""
        if self._lie is not None and self._lie.is_old:
            return self._seen[-1].mc_seqno, self._seen[-1].now
        return self.chain.seqno(), self.chain.seconds()

    def _page(self, start: int, limit: int) -> Page:
        begin = bisect_left(self._seen, start, key=_lt)
        rows = [transaction_json(tx) for tx in self._seen[begin : begin + limit]]
        return Page(rows, limit, is_newest=len(rows) < limit, now=self.chain.seconds())


def _lt(tx: SimTransaction) -> int:
    return tx.lt
