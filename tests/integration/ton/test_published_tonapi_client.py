"""The published client `pytonapi` reads our simulated tonapi, which shows the same chain as the simulated toncenter."""

import base64
from collections.abc import AsyncIterator

import httpx
import pytest
from pytonapi.exceptions import TONAPIBadRequestError, TONAPITooManyRequestsError, TONAPIUnauthorizedError
from pytonapi.rest import TonapiRestClient
from pytonapi.rest.models import Message as PublishedMessage
from pytonapi.rest.models import Transaction as PublishedTransaction

from orbit_adapters.rates.source import Reading
from orbit_adapters.rates.tonapi import TonapiSource
from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_domain.money import RUB, TON, USD
from orbit_domain.payment.ports import RateUnavailable
from orbit_sandbox.chain.tonapi import FAULTS, tonapi_app
from orbit_sandbox.faults import Faults
from tests.integration.ton.conftest import serving
from tests.integration.ton.every_kind import every_kind

BOUNCES = {"ok": "TrPhaseBounceOk", "nofunds": "TrPhaseBounceNofunds", None: None}


@pytest.fixture
def faults() -> Faults:
    return Faults(FAULTS)


@pytest.fixture
async def client(shop, faults: Faults) -> AsyncIterator[TonapiRestClient]:
    """The published client on a server of the shop's chain."""
    app = tonapi_app(shop.sim, faults, keys=frozenset({"a-key"}), prices={"RUB": 251.3})
    async with (
        serving(app) as url,
        TonapiRestClient("a-key", base_url=url, retry_policy=None) as client,
    ):
        yield client


def _same_message(theirs: PublishedMessage, ours: Message) -> bool:
    body = base64.b64encode(bytes.fromhex(theirs.raw_body or "")).decode()
    ends = [
        TonAddress.parse(one.address, Network.TESTNET) if one else None for one in (theirs.source, theirs.destination)
    ]
    facts = (*ends, theirs.value, theirs.bounced, bool(theirs.value_extra), body)
    return facts == (ours.source, ours.destination, ours.value, ours.bounced, ours.has_extra_currencies, ours.body)


def _facts(row: PublishedTransaction) -> tuple[object, ...]:
    """What a second reader compares. The service doesn't say in which masterchain block a row is."""
    bounce = row.bounce_phase.value if row.bounce_phase else None
    account = TonAddress.parse(row.account.address, Network.TESTNET)
    prev = (row.prev_trans_lt or 0, row.prev_trans_hash or "0" * 64)
    return (account, row.lt, row.hash, *prev, row.utime, row.transaction_type.value == "TransOrd", bounce)


def _our_facts(row: Transaction) -> tuple[object, ...]:
    time = int(row.occurred_at.timestamp())
    prev = (row.prev_lt, row.prev_hash)
    return (row.account, row.lt, row.tx_hash, *prev, time, row.is_ordinary, BOUNCES[row.bounce])


async def test_it_reads_the_history_that_our_adapter_reads_at_the_other_index(shop, client: TonapiRestClient) -> None:
    """Field by field, for every kind of transaction: two services, two shapes, one truth."""
    every_kind(shop)
    ours = await shop.chain().api.transactions(TonAddress.parse(shop.wallet, Network.TESTNET), 0, 1000)
    answer = await client.blockchain.get_account_transactions(shop.wallet, limit=1000, sort_order="asc")
    assert [_facts(row) for row in answer.transactions] == [_our_facts(row) for row in ours]
    for theirs, our_row in zip(answer.transactions, ours, strict=True):
        assert theirs.in_msg is not None
        assert our_row.in_msg is not None
        assert _same_message(theirs.in_msg, our_row.in_msg)
        assert all(_same_message(*pair) for pair in zip(theirs.out_msgs, our_row.out_msgs, strict=True))


async def test_both_bounds_of_a_page_are_exclusive_and_the_newest_row_comes_first(
    shop, client: TonapiRestClient
) -> None:
    """Unlike the other index: a page after an lt doesn't begin with it."""
    history = every_kind(shop)
    read = client.blockchain.get_account_transactions
    after = await read(shop.wallet, after_lt=history[2].lt, before_lt=history[6].lt, sort_order="asc")
    assert [row.lt for row in after.transactions] == [tx.lt for tx in history[3:6]]
    newest = await read(shop.sim.friendly(shop.wallet), limit=2)
    assert [row.lt for row in newest.transactions] == [history[-1].lt, history[-2].lt]
    assert (await read("0:" + "00" * 32)).transactions == []


async def test_it_reads_head_account_and_price(shop, client: TonapiRestClient) -> None:
    """The newest block with its network, the account's newest transaction, and a price per currency."""
    newest = every_kind(shop)[-1]
    head = await client.blockchain.get_masterchain_head()
    assert (head.seqno, head.gen_utime, head.global_id) == (shop.sim.seqno(), shop.sim.seconds(), -3)
    account = await client.blockchain.get_raw_account(shop.wallet)
    assert (account.last_transaction_lt, account.last_transaction_hash) == (newest.lt, newest.hash.hex())
    assert (account.balance, account.status.value) == (newest.balance_after, "active")
    rates = (await client.rates.get_rates(["gram", "nothing"], ["rub"]))["rates"]
    assert rates == {"GRAM": {"prices": {"RUB": 251.3}}, "NOTHING": {"prices": {"RUB": 0.0}}}


async def test_refusals_are_known_to_it(shop, faults: Faults, client: TonapiRestClient) -> None:
    """A wrong key, too many rows, and the limit of requests are errors of its own classes."""
    with pytest.raises(TONAPIBadRequestError):
        await client.blockchain.get_account_transactions(shop.wallet, limit=1001)
    faults.turn_on("tonapi.429", times=1)
    with pytest.raises(TONAPITooManyRequestsError):
        await client.blockchain.get_masterchain_head()
    async with TonapiRestClient("wrong", base_url=client._base_url, retry_policy=None) as stranger:
        with pytest.raises(TONAPIUnauthorizedError):
            await stranger.blockchain.get_masterchain_head()


async def test_it_may_show_another_truth(shop, faults: Faults, client: TonapiRestClient) -> None:
    """Faults of this service leave the other one alone: it may lag, lose a row, or tell another amount."""
    history = every_kind(shop)
    shop.pay(7_000)
    read = client.blockchain.get_account_transactions
    for name, lts, value in (
        ("tonapi.other_value", [tx.lt for tx in history], 7),
        ("tonapi.hide_newest", [tx.lt for tx in history[:-1]], None),
        ("tonapi.hole", [tx.lt for tx in history if tx is not history[len(history) // 2]], 7_000),
    ):
        faults.turn_on(name, times=1)
        rows = (await read(shop.wallet, limit=1000, sort_order="asc")).transactions
        assert [row.lt for row in rows] == lts
        assert value is None or (rows[-1].in_msg is not None and rows[-1].in_msg.value == value)
    faults.turn_on("tonapi.lag")
    shop.pay(8_000)
    assert (await client.blockchain.get_raw_account(shop.wallet)).last_transaction_lt == history[-2].lt
    ours = await shop.chain().api.transactions(TonAddress.parse(shop.wallet, Network.TESTNET), 0, 1000)
    assert [row.lt for row in ours] == [tx.lt for tx in history]


async def test_our_own_reader_of_prices_reads_it(shop, faults: Faults) -> None:
    """The price of the coin by both of its tickers; a currency without a price is refused."""
    transport = httpx.ASGITransport(tonapi_app(shop.sim, faults, prices={"RUB": 251.3}))
    async with httpx.AsyncClient(transport=transport) as http:
        source = TonapiSource(http, shop.clock, "http://prices.example")
        reading = await source.read(TON, RUB)
        assert isinstance(reading, Reading)
        assert reading.value * 10**9 == 25_130
        with pytest.raises(RateUnavailable):
            await source.read(TON, USD)
