"""Tokens as toncenter and tonapi show them: the same records, and large ones on the word of both."""

from dataclasses import replace

import httpx

from orbit_adapters.ton.address import Network
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_domain.money import USDT, Money
from orbit_domain.payment.second_word import AGREED, Verdict, Word
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Meaning
from orbit_sandbox.chain.tonapi import FAULTS, tonapi_app
from orbit_sandbox.faults import Faults
from tests.integration.ton.conftest import Shop
from tests.integration.ton.token_shop import TokenShop

URL = "http://second.example"


async def test_large_tokens_need_the_word_of_both_indexes(shop: Shop) -> None:
    """Both show a payment alike; one that only the first has told, or while the second is silent, waits."""
    tokens, faults = TokenShop.on(shop), Faults(FAULTS)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(tonapi_app(shop.sim, faults)))
    second = TonapiApi(http, URL, Network.TESTNET, attempts=1)
    wallet = tokens.jetton_wallet()
    source = JettonSource(wallet, frozenset({wallet.owner}), second=second, confirm_from=50_000_000)
    tokens.pay(49_999_999, "small")
    tokens.pay(50_000_000, "large")
    shop.clock.advance(seconds=10)
    batch = await source.read(Cursor.start(source.name))
    small, large = (one for one in batch.records if one.meaning is Meaning.DEPOSIT)
    assert [source.needs_second_word(one.amount) for one in (small, large)] == [False, True]
    assert [await source.second_word(one) for one in (small, large)] == [AGREED, AGREED]
    more = replace(large, amount=Money(large.amount.units * 1_000, USDT))
    assert (await source.second_word(more)).verdict is Verdict.DIFFERS
    history = await source._history()
    shown = [
        await index.before(history.account, int(large.external_id) + 1, 2) for index in (source.wallet.api, second)
    ]
    assert [[one.tx_hash for one in rows] for rows in shown] == [[large.digest, small.digest]] * 2
    faults.turn_on("tonapi.timeout")
    assert await source.second_word(large) == Word(Verdict.SILENT, "second.example")
    await http.aclose()
