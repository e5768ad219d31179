"""What the token wallet's contract holds is believed only when it is clear which transactions it speaks of."""

from typing import Any

import pytest

from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.get_method import Stack
from orbit_adapters.ton.jetton_history import JettonHistory
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.ton.conftest import Shop
from tests.integration.ton.token_shop import TokenShop


async def test_a_balance_that_changes_while_it_is_asked_is_none(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer between the questions: nothing is said, and the next time it counts."""
    tokens = TokenShop.on(shop)
    tokens.pay(5)
    source = tokens.source()
    _, last = await read_on(source, tokens.start())
    ask = ToncenterApi.ask

    async def slow(api: ToncenterApi, *about: Any) -> Stack:
        answer = await ask(api, *about)
        tokens.pay(1)
        return answer

    monkeypatch.setattr(ToncenterApi, "ask", slow)
    with pytest.raises(SourceUnavailable):
        await source.balance(last.cursor)
    monkeypatch.undo()
    told = await source.balance(last.cursor)
    assert (told.units if told else None, tokens.usdt.balance_of(shop.wallet)) == (5, 6)


async def test_an_index_that_is_behind_its_contracts_says_nothing(shop: Shop) -> None:
    """The contract answers as of now, so what the index doesn't show yet would be missing in the comparison."""
    tokens = TokenShop.on(shop)
    tokens.pay(5)
    source = tokens.source()
    _, last = await read_on(source, tokens.start())
    shop.faults.turn_on("chain.lag")
    shop.clock.advance(seconds=60)
    tokens.pay(1)
    with pytest.raises(SourceUnavailable):
        await source.balance(last.cursor)


async def test_what_happened_after_the_answer_takes_no_part(shop: Shop) -> None:
    """Up to a given transaction, however much is shown behind it; and never past what is shown."""
    tokens = TokenShop.on(shop)
    for units in (5, 7, 11):
        tokens.pay(units)
    source = tokens.source()
    records, last = await read_on(source, tokens.start())
    history: JettonHistory = await source._history()
    assert await history.moved(Cursor.start(source.name), int(records[1].external_id)) == 12
    for cursor, lt in ((last.cursor, int(records[0].external_id)), (last.cursor, 2**60)):
        with pytest.raises(SourceUnavailable):
            await history.moved(cursor, lt)
