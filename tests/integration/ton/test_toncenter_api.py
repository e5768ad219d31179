"""The toncenter client against answers that the simulated index never gives: hostile, wrong or too large."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.index_client import MAX_ANSWER_BYTES, TransientChainError, worth_retrying
from orbit_domain.payment.source import SourceUnavailable

ACCOUNT = TonAddress(0, b"S" * 32)
KEY = "a-key-that-must-not-leak"
HASH = "ed0Ytj8G9ogwYbQECob/kiTvBUJaZ9pVZuiIrO1sjnI="

Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer, attempts: int = 2) -> ToncenterApi:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True)
    return ToncenterApi(http, "https://index.example/api/v3/", Network.MAINNET, KEY, attempts=attempts)


def always(value: object, status: int = 200) -> Answer:
    text = value if isinstance(value, str) else json.dumps(value)
    return lambda request: httpx.Response(status, text=text)


class EndlessAnswer(httpx.AsyncByteStream):
    """Sends one byte after the other and never ends, so that no single read waits for long."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b" "


async def test_an_answer_that_never_ends_holds_up_nothing() -> None:
    """The whole answer has a deadline: the index counts as down, and the other sources are read."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=EndlessAnswer()))
    async with httpx.AsyncClient(transport=transport) as http:
        api = ToncenterApi(http, "https://index.example/api/v3", Network.TESTNET, attempts=1, timeout_s=0.05)
        with pytest.raises(SourceUnavailable, match="no whole answer"):
            await api.masterchain()


async def test_a_request_carries_the_key_as_a_header_and_an_inclusive_start() -> None:
    """The key is never in a URL, because logs show URLs."""
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"transactions": []})

    assert await api(answer).transactions(ACCOUNT, 7, 100) == ()
    (request,) = seen
    assert request.headers["X-API-Key"] == KEY
    assert KEY not in str(request.url)
    assert request.url.path == "/api/v3/transactions"
    assert dict(request.url.params) == {"account": ACCOUNT.raw, "start_lt": "7", "sort": "asc", "limit": "100"}


async def test_the_masterchain_is_read_exactly() -> None:
    """Block number and time of the newest block that the index has read."""
    block = await api(always({"last": {"seqno": 5, "gen_utime": "1790000000", "global_id": -239}})).masterchain()
    assert (block.seqno, block.at.isoformat()) == (5, "2026-09-21T14:13:20+00:00")


async def test_an_index_of_another_network_is_refused() -> None:
    """Coins of the testnet never pay a real shop, even when its index is set by mistake."""
    with pytest.raises(SourceUnavailable, match="another network"):
        await api(always({"last": {"seqno": 5, "gen_utime": "1790000000", "global_id": -3}})).masterchain()


async def test_an_account_without_history_has_an_empty_tail() -> None:
    """No state, a state without transactions, and nulls all mean an empty history."""
    for accounts in ([], [{"address": ACCOUNT.raw, "status": "uninit", "last_transaction_lt": None}]):
        tail = await api(always({"accounts": accounts})).tail(ACCOUNT)
        assert (tail.lt, tail.tx_hash) == (0, "0" * 64)


@pytest.mark.parametrize(("status", "known"), [("frozen", "frozen"), ("\x1b[2J", "unknown"), ([1], "unknown")])
async def test_the_status_is_one_of_the_network_s_words(status: object, known: str) -> None:
    """A status goes to the owner's terminal, so nothing else of the answer gets into it."""
    state = {"address": ACCOUNT.raw, "status": status, "last_transaction_lt": "5", "last_transaction_hash": HASH}
    assert (await api(always({"accounts": [state]})).tail(ACCOUNT)).status == known


@pytest.mark.parametrize(
    "accounts",
    [
        [{"address": "0:" + "AB" * 32, "last_transaction_lt": "5", "last_transaction_hash": HASH}],
        [{"address": ACCOUNT.raw, "last_transaction_lt": "5"}],
        [{"address": ACCOUNT.raw, "last_transaction_lt": "x", "last_transaction_hash": HASH}],
        [{"address": ACCOUNT.raw}] * 2,
        [{}],
        [None],
        None,
    ],
)
async def test_a_state_that_is_not_ours_is_refused(accounts: object) -> None:
    """Another account's newest transaction proves nothing about ours."""
    with pytest.raises(SourceUnavailable, match="accountStates"):
        await api(always({"accounts": accounts})).tail(ACCOUNT)


@pytest.mark.parametrize(
    "answer", [{}, {"last": None}, {"last": {}}, {"last": []}, {"last": {"seqno": "x"}}, [], "null"]
)
async def test_a_block_without_its_facts_is_refused(answer: object) -> None:
    """An answer without a required field is refused."""
    with pytest.raises(SourceUnavailable):
        await api(always(answer)).masterchain()


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 409, 422])
async def test_a_refusal_is_not_retried(status: int) -> None:
    """A final refusal is requested once; a redirect is not followed with our key."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.host)
        return httpx.Response(status, json={"error": "no"}, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(SourceUnavailable, match=f"status {status}"):
        await api(answer).masterchain()
    assert requests == ["index.example"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 542])
async def test_a_transient_error_is_retried(status: int) -> None:
    """Rate limits and server errors are retried."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(1)
        return httpx.Response(status, text="<html>")

    with pytest.raises(SourceUnavailable):
        await api(answer, attempts=3).masterchain()
    assert len(requests) == 3


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("0", 0.0), ("3600", False), ("-1", True), ("soon", True), ("٣", True), ("", True), ("9" * 50, True)],
)
async def test_retry_after_decides_the_wait(header: str, wait: float) -> None:
    """Retry-After decides the wait; a longer one than our maximum ends the attempt, an invalid one changes nothing."""
    answer = lambda request: httpx.Response(429, headers=[(b"Retry-After", header.encode())])  # noqa: E731
    with pytest.raises(TransientChainError) as failed:
        await api(answer, attempts=1).masterchain()
    assert worth_retrying(failed.value) == wait
    assert type(worth_retrying(failed.value)) is type(wait)


def test_only_transient_errors_are_worth_retrying() -> None:
    """A bug or a refusal is never retried."""
    assert worth_retrying(TransientChainError("x")) is True
    assert worth_retrying(SourceUnavailable("x")) is False
    assert worth_retrying(KeyError("x")) is False


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError, httpx.ReadTimeout, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.PoolTimeout],
)
async def test_a_broken_connection_is_named_without_our_key(error: type[httpx.TransportError]) -> None:
    """For any network error the reason is short and holds no secret."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error(f"failed with {request.headers['X-API-Key']}")

    with pytest.raises(SourceUnavailable) as failed:
        await api(answer).tail(ACCOUNT)
    assert str(failed.value) == f"accountStates: {error.__name__}"
    assert failed.value.__cause__ is None


async def test_a_gzip_bomb_is_cut_off() -> None:
    """A small answer that unpacks to more than any page is refused."""
    bomb = gzip.compress(b" " * (MAX_ANSWER_BYTES + 1))
    answer = lambda request: httpx.Response(200, content=bomb, headers={"Content-Encoding": "gzip"})  # noqa: E731
    with pytest.raises(SourceUnavailable, match="too large"):
        await api(answer).masterchain()


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b'{"transactions":[', b'{"a":1,"a":2}', b"[" * 100_000])
async def test_broken_bytes_are_a_transient_error(content: bytes) -> None:
    """An answer that isn't JSON is a transient error."""
    with pytest.raises(SourceUnavailable, match="not whole JSON"):
        await api(lambda request: httpx.Response(200, content=content)).transactions(ACCOUNT, 0, 10)


async def test_a_row_of_another_account_is_refused() -> None:
    """A row of another account is refused."""
    row = {"account": "0:" + "AB" * 32, "hash": HASH, "lt": "5", "now": 1, "prev_trans_lt": "0", "out_msgs": []}
    with pytest.raises(SourceUnavailable, match="another account"):
        await api(always({"transactions": [row]})).transactions(ACCOUNT, 0, 10)
    with pytest.raises(SourceUnavailable, match="transactions: lt is not"):
        await api(always({"transactions": [{**row, "lt": 5.5}]})).transactions(ACCOUNT, 0, 10)
