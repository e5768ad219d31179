"""The tonapi client: the same facts as the first index gives, its key kept, and no answer taken that isn't one."""

import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_adapters.ton.tonapi_answers import read_history
from orbit_domain.payment.source import SourceUnavailable
from orbit_sandbox.chain.tonapi import FAULTS, tonapi_app
from orbit_sandbox.chain.tonapi_json import account_object, block_object, transaction_row
from orbit_sandbox.faults import Faults
from tests.integration.ton.conftest import START
from tests.integration.ton.every_kind import every_kind

KEY = "a-key-that-must-not-leak"
Change = Callable[[dict], object]


def tonapi(http: httpx.AsyncClient, key: str | None = None, attempts: int = 1) -> TonapiApi:
    return TonapiApi(http, "https://second.example/", Network.TESTNET, key, attempts=attempts)


async def test_it_gives_the_facts_that_the_first_index_gives(shop) -> None:
    """Every kind of transaction, the state and the newest row: equal but for the block, the state before, the text."""
    every_kind(shop)
    shop.clock.advance(seconds=6)
    account, first = TonAddress.parse(shop.wallet, Network.TESTNET), shop.chain().api
    app = tonapi_app(shop.sim, Faults(FAULTS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        second = tonapi(http)
        assert await second.masterchain() == await first.masterchain()
        assert await second.tail(account) == await first.tail(account)
        ours = await first.transactions(account, 0, 1000)
        for at in (0, ours[3].lt):
            theirs = await second.transactions(account, at, 5)
            want = [row for row in ours if row.lt >= at][:5]
            assert [_told_by_both(row) for row in theirs] == [_told_by_both(row) for row in want]
            assert [row.in_msg and row.in_msg.body for row in theirs] == [
                row.in_msg and row.in_msg.body for row in want
            ]
        newest = await second.newest(account)
        assert newest is not None
        assert (newest.lt, newest.tx_hash) == (ours[-1].lt, ours[-1].tx_hash)
        stranger = TonAddress(0, b"Z" * 32)
        assert ((await second.tail(stranger)).lt, await second.newest(stranger)) == (0, None)


def _told_by_both(row: Transaction) -> Transaction:
    """Without what tonapi doesn't say, and the body, whose bytes differ."""
    return replace(row, raw="", mc_seqno=0, balance_before=None, in_msg=_without_body(row.in_msg))


def _without_body(message):
    return message and replace(message, body=None)


async def test_a_row_is_final_some_seconds_behind_the_head(shop) -> None:
    """The row's own masterchain block isn't told, so a row as young as the head waits for the next reading."""
    shop.pay(1)
    account, app = TonAddress.parse(shop.wallet, Network.TESTNET), tonapi_app(shop.sim, Faults(FAULTS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        second = tonapi(http)
        finals = []
        for _ in range(3):
            await second.masterchain()
            finals += [row.is_final for row in await second.transactions(account, 0, 10)]
            shop.clock.advance(seconds=3)
        assert finals == [False, False, True]


async def test_a_key_goes_as_a_header_and_into_no_error() -> None:
    """Keyed and keyless: the limit's answer is retried, then named without the key; no redirect is followed."""
    for key, status, tries in ((KEY, 429, 3), (None, 503, 3), (KEY, 401, 1), (KEY, 302, 1)):
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request, status: int = status, seen: list[httpx.Request] = seen) -> httpx.Response:
            seen.append(request)
            return httpx.Response(status, headers={"Location": "https://elsewhere.example"}, text=KEY)

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
            with pytest.raises(SourceUnavailable) as failed:
                await tonapi(http, key, attempts=3).masterchain()
        assert str(failed.value) == f"masterchain-head: status {status}"
        assert len(seen) == tries
        assert {request.headers.get("Authorization") for request in seen} == {f"Bearer {key}" if key else None}
        assert {request.url.host for request in seen} == {"second.example"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda row: row.update(lt=2**63), "lt is not a whole number in range"),
        (lambda row: row.update(lt=1.5), "lt is not a whole number in range"),
        (lambda row: row.update(hash="ab"), "hash is not a hash of 32 bytes"),
        (lambda row: row.update(hash=" ".join(["ab"] * 32)), "hash is not hex digits"),
        (lambda row: row.update(utime="x"), "utime is not a whole number in range"),
        (lambda row: row.update(account={"address": "0:" + "AB" * 32}), "a row of another account"),
        (lambda row: row.update(account=None), "a transaction without an account"),
        (lambda row: row.update(out_msgs=None), "out_msgs is not a list of messages"),
        (lambda row: row.update(bounce_phase="TrPhaseBounceMaybe"), "bounce_phase is none that is known"),
        (lambda row: row["in_msg"].update(value=-1), "value is not a whole number in range"),
        (lambda row: row["in_msg"].update(value=2**120), "value is not a whole number in range"),
        (lambda row: row["in_msg"].update(bounced="no"), "bounced is neither true nor false"),
        (lambda row: row["in_msg"].update(raw_body="xyz"), "raw_body is not hex digits"),
        (lambda row: row["in_msg"].update(value_extra={}), "value_extra is not a list"),
        (lambda row: row["in_msg"].update(source={}), "source has no address"),
    ],
)
async def test_a_row_that_is_none_is_refused_by_name(shop, change: Change, reason: str) -> None:
    """One field that isn't what it must be refuses the whole page: nothing is guessed."""
    shop.pay(10**9, "n")
    row = transaction_row(shop.sim.account(shop.wallet).transactions[-1])
    account = TonAddress.parse(shop.wallet, Network.TESTNET)
    read_history(account, START, json.dumps({"transactions": [row]}), Network.TESTNET)
    change(row)
    with pytest.raises(ValueError, match=f"^{reason}$"):
        read_history(account, START, json.dumps({"transactions": [row]}), Network.TESTNET)


async def test_another_network_and_another_account_are_refused(shop) -> None:
    """The head names its network, and must; the state names its account."""
    shop.pay(1)
    sim_account = shop.sim.account(shop.wallet)
    answers = [
        block_object(5, 1_790_000_000, testnet=False),
        {**block_object(5, 1_790_000_000, testnet=True), "global_id": None},
        account_object(sim_account, sim_account.transactions[-1]),
    ]
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answers[0]))) as http:
        for _ in range(2):
            with pytest.raises(SourceUnavailable, match="another network than the testnet"):
                await tonapi(http).masterchain()
            answers.pop(0)
        with pytest.raises(SourceUnavailable, match="the state of another account"):
            await tonapi(http).tail(TonAddress(0, b"Z" * 32))
