"""The published client `toncenter` reads our simulated index, and finds there what our own adapter finds."""

import base64
from collections.abc import AsyncIterator

import pytest
from toncenter.exceptions import ToncenterTooManyRequestsError, ToncenterUnauthorizedError, ToncenterUnprocessableError
from toncenter.rest import ToncenterRestClient
from toncenter.rest.v3.models import Message as PublishedMessage
from toncenter.rest.v3.models import Transaction as PublishedTransaction
from toncenter.rest.v3.models import V2RunGetMethodRequest, V2StackEntity
from toncenter.types import Network as PublishedNetwork

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.get_method import address_at, address_boc
from orbit_sandbox.chain.toncenter import toncenter_app
from tests.integration.ton.conftest import serving
from tests.integration.ton.every_kind import every_kind
from tests.integration.ton.token_shop import TokenShop


@pytest.fixture
async def client(shop) -> AsyncIterator[ToncenterRestClient]:
    """The published client on a server of the shop's chain."""
    async with (
        serving(toncenter_app(shop.sim, shop.faults, keys=frozenset({"a-key"}))) as url,
        ToncenterRestClient("a-key", PublishedNetwork.TESTNET, base_url=url, retry_policy=None) as client,
    ):
        yield client


def _hex(text: str | None) -> str:
    return base64.b64decode(text or "", validate=True).hex()


def _address(text: str | None) -> TonAddress | None:
    return TonAddress.parse(text, Network.TESTNET) if text is not None else None


def _same_message(theirs: PublishedMessage, ours: Message) -> bool:
    body = theirs.message_content.body if theirs.message_content else None
    facts = (_address(theirs.source), _address(theirs.destination), int(theirs.value or 0), bool(theirs.bounced), body)
    has_extra = bool(theirs.value_extra_currencies)
    return (*facts, has_extra) == (
        ours.source, ours.destination, ours.value, ours.bounced, ours.body, ours.has_extra_currencies
    )  # fmt: skip


def _facts(row: PublishedTransaction) -> tuple[object, ...]:
    """What Orbit reads of a transaction besides its messages."""
    assert row.description is not None
    bounce = row.description.bounce.type if row.description.bounce else None
    prev = _hex(row.prev_trans_hash)
    is_final = str(row.finality) == "finalized" and not row.emulated
    numbers = (int(row.lt or 0), int(row.prev_trans_lt or 0), row.now, row.mc_block_seqno)
    return (_address(row.account), *numbers, _hex(row.hash), prev, is_final, row.description.type == "ord", bounce)


def _our_facts(row: Transaction) -> tuple[object, ...]:
    numbers = (row.lt, row.prev_lt, int(row.occurred_at.timestamp()), row.mc_seqno)
    return (row.account, *numbers, row.tx_hash, row.prev_hash, row.is_final, row.is_ordinary, row.bounce)


async def test_it_reads_the_same_history_as_our_adapter(shop, client: ToncenterRestClient) -> None:
    """Field by field, for every kind of transaction: what decides about money means the same to both."""
    history = every_kind(shop)
    ours = await shop.chain().api.transactions(TonAddress.parse(shop.wallet, Network.TESTNET), 0, 1000)
    answer = await client.v3.blockchain.get_transactions(account=[shop.wallet], start_lt=0, limit=1000, sort="asc")
    theirs = answer.transactions or []
    assert [_facts(row) for row in theirs] == [_our_facts(row) for row in ours]
    assert len(ours) == len(history)
    for their_row, our_row in zip(theirs, ours, strict=True):
        assert their_row.in_msg is not None
        assert our_row.in_msg is not None
        assert _same_message(their_row.in_msg, our_row.in_msg)
        outs = zip(their_row.out_msgs or [], our_row.out_msgs, strict=True)
        assert all(_same_message(their_out, our_out) for their_out, our_out in outs)


async def test_it_reads_block_and_state_as_our_adapter_does(shop, client: ToncenterRestClient) -> None:
    """Block, time and network of the newest block; lt, hash, balance and status of the account."""
    newest = every_kind(shop)[-1]
    api = shop.chain().api
    block = (await client.v3.blockchain.get_masterchain_info()).last
    assert block is not None
    ours = await api.masterchain()
    assert (block.seqno, int(block.gen_utime or 0)) == (ours.seqno, int(ours.at.timestamp()))
    assert block.global_id == Network.TESTNET.global_id
    (state,) = (await client.v3.accounts.get_account_states([shop.sim.friendly(shop.wallet)], False)).accounts or []
    tail = await api.tail(TonAddress.parse(shop.wallet, Network.TESTNET))
    assert (int(state.last_transaction_lt or 0), _hex(state.last_transaction_hash)) == (tail.lt, tail.tx_hash)
    assert (state.balance, state.status) == (str(newest.balance_after), tail.status)


async def test_it_asks_contracts_as_our_adapter_does(shop, client: ToncenterRestClient) -> None:
    """It takes what our adapter asks issuer and token wallet, and finds the same owner, issuer and balance."""
    tokens = TokenShop.on(shop)
    tokens.pay(7)
    account = await tokens.jetton_wallet().account()
    shop_account, issuer = (TonAddress.parse(text, Network.TESTNET) for text in (shop.wallet, tokens.usdt.master))
    owner = V2StackEntity(type="slice", value=base64.b64encode(address_boc(shop_account)).decode())
    named = await client.v3.api_v2.run_get_method(
        V2RunGetMethodRequest(address=tokens.usdt.master, method="get_wallet_address", stack=[owner])
    )
    told = await client.v3.api_v2.run_get_method(
        V2RunGetMethodRequest(address=tokens.wallet, method="get_wallet_data", stack=[])
    )
    assert (named.exit_code, told.exit_code, account) == (0, 0, _address(tokens.wallet))
    (theirs,) = [entry.model_dump() for entry in named.stack or []]
    balance, *parties = [entry.model_dump() for entry in told.stack or []]
    assert (address_at((theirs,), 0), int(balance["value"], 16)) == (account, 7)
    assert [address_at(tuple(parties), place) for place in (0, 1)] == [shop_account, issuer]


async def test_refusals_are_known_to_it(shop, client: ToncenterRestClient) -> None:
    """A wrong key, too many rows, and the limit of requests are errors of its own classes."""
    with pytest.raises(ToncenterUnprocessableError):
        await client.v3.blockchain.get_transactions(account=[shop.wallet], limit=1001)
    shop.faults.turn_on("chain.429", times=1)
    with pytest.raises(ToncenterTooManyRequestsError):
        await client.v3.blockchain.get_masterchain_info()
    async with ToncenterRestClient("wrong", base_url=client._base_url, retry_policy=None) as stranger:
        with pytest.raises(ToncenterUnauthorizedError):
            await stranger.v3.blockchain.get_masterchain_info()
