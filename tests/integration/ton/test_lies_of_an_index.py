"""Whatever an index claims, the scanner keeps to time, fails by name, and goes on with an honest index."""

import os
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonChain
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.payment.transfer import Cursor, Scan, ScanAlarm, Transfer
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_testing.contracts.chain import read_on
from tests.integration.ton.conftest import COIN, START, URL
from tests.integration.ton.lying_index import LIES, LyingIndex
from tests.support.clock import FakeClock

SAMPLE = int(os.environ.get("ORBIT_TEST_LIES", "400"))
"""How many lies are told; 10 000 on demand."""
MUST_STOP = frozenset({ScanAlarm.ANCHOR_MISSING, ScanAlarm.HASH_CONFLICT})


@dataclass(frozen=True)
class Liar:
    """A wallet with a history, and the adapter that reads it from an index that may lie."""

    clock: FakeClock
    index: LyingIndex
    http: httpx.AsyncClient
    wallet: str
    history: list[SimTransaction]

    def chain(self, page_limit: int) -> TonChain:
        api = ToncenterApi(self.http, URL, Network.TESTNET, attempts=1)
        return TonChain(api, TonAddress.parse(self.wallet, Network.TESTNET), self.clock, page_limit=page_limit)

    def cursor(self, place: int) -> Cursor:
        """The cursor after *place* transactions, covered up to a minute before the next one."""
        source = self.chain(1000).source
        if not place:
            return Cursor.start(source)
        tx = self.history[place - 1]
        return Cursor(source, tx.lt, tx.hash.hex(), START - timedelta(minutes=1))


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    clock = FakeClock(START)
    sim = SimChain(clock, seed=11)
    wallet, payer = sim.wallet("shop"), sim.wallet("payer", 10**6 * COIN)
    for number in range(8):
        sim.pay(payer, wallet, (number + 1) * COIN, f"n{number}")
        clock.advance(seconds=7)
    index = LyingIndex(sim, wallet)
    async with httpx.AsyncClient(transport=httpx.MockTransport(index.answer)) as http:
        yield Liar(clock, index, http, wallet, sim.account(wallet).transactions)


async def scan_lies(chain: TonChain, cursor: Cursor) -> Scan:
    """One scan; an answer that was refused leaves everything as it was."""
    try:
        return await chain.scan(cursor)
    except ChainUnavailable:
        return Scan((), cursor, complete=False)


async def honest_rest(liar: Liar, chain: TonChain, cursor: Cursor) -> tuple[list[Transfer], Scan]:
    """What an honest index gives from *cursor* on."""
    liar.index.lies = []
    return await read_on(chain, cursor)


async def test_one_lie_neither_moves_the_watermark_too_far_nor_stops_an_honest_index(liar: Liar) -> None:
    """After any single lie the watermark is at or before now and before all that wasn't read, and reading goes on."""
    truth = {tx.lt: tx.hash.hex() for tx in liar.history}
    kinds = set()
    for number in range(SAMPLE):
        rng = liar.index.rng = random.Random(number)
        liar.index.lies = [LIES[number % len(LIES)]]
        chain, start = liar.chain(rng.choice((3, 4, 6, 1000))), liar.cursor(rng.randrange(9))
        told = await scan_lies(chain, start)
        kinds.add(told.alarm)
        taken = {row.lt for row in told.transfers}
        unread = [tx for tx in liar.history if tx.lt > start.lt and tx.lt not in taken]
        if told.cursor.watermark is not None:
            assert told.cursor.watermark <= liar.clock.now()
            assert all(tx.now >= told.cursor.watermark.timestamp() for tx in unread)
        rest, last = await honest_rest(liar, chain, told.cursor)
        assert (last.complete, last.alarm) == (True, None)
        assert last.cursor.lt == liar.history[-1].lt
        read = [*told.transfers, *rest]
        assert [row.lt for row in read if row.lt in truth] == [lt for lt in truth if lt > start.lt]
    assert kinds == {None, *ScanAlarm}


async def test_many_lies_at_once_leave_a_state_to_go_on_from(liar: Liar) -> None:
    """Lies that confirm each other may lead the cursor astray: then the scan stops by name, and a reset goes on."""
    for number in range(SAMPLE // 2):
        rng = liar.index.rng = random.Random(number)
        liar.index.lies = rng.choices(LIES, k=rng.randrange(2, 5))
        chain, start = liar.chain(rng.choice((3, 4, 1000))), liar.cursor(rng.randrange(9))
        told = await scan_lies(chain, start)
        assert told.cursor.watermark is None or told.cursor.watermark <= liar.clock.now()
        _, last = await honest_rest(liar, chain, told.cursor)
        if last.alarm:
            assert last.alarm in MUST_STOP
            shown = await chain.position(start.lt)
            assert shown == replace(start, watermark=None)
            _, last = await honest_rest(liar, chain, shown)
        assert (last.complete, last.cursor.lt) == (True, liar.history[-1].lt)


async def test_a_beginning_is_never_taken_from_a_lie(liar: Liar) -> None:
    """The first cursor of a shop is a shown position without a watermark, or the beginning waits."""
    chain = liar.chain(1000)
    for number in range(SAMPLE // 4):
        liar.index.rng = random.Random(number)
        liar.index.lies = [LIES[number % len(LIES)]]
        try:
            newest = await chain.newest()
        except ChainUnavailable:
            continue
        assert newest == replace(liar.cursor(8), watermark=None)


async def test_a_time_of_2106_changes_nothing(liar: Liar) -> None:
    """One false time of a block is refused with an alarm, and the next honest scan is complete."""
    chain = liar.chain(1000)
    liar.index.lies = [("masterchainInfo", lambda answer, _: answer["last"].update(gen_utime=str(2**32 - 1)))]
    told = await chain.scan(liar.cursor(3))
    assert told == Scan((), liar.cursor(3), complete=False, alarm=ScanAlarm.TIME_AHEAD)
    rest, last = await honest_rest(liar, chain, told.cursor)
    assert (len(rest), last.complete) == (5, True)


async def test_a_minute_ahead_is_a_difference_of_clocks(liar: Liar) -> None:
    """Sixty seconds ahead are believed, but the watermark stays at our own time; a second more is refused."""
    chain = liar.chain(1000)
    liar.clock.advance(seconds=-60)
    scan = await chain.scan(liar.cursor(8))
    assert (scan.complete, scan.alarm, scan.cursor.watermark) == (True, None, liar.clock.now())
    liar.clock.advance(seconds=-1)
    assert (await chain.scan(liar.cursor(0))).alarm is ScanAlarm.TIME_AHEAD


@pytest.mark.parametrize("lt", [2**63, 2**64 - 1, 10**30])
@pytest.mark.parametrize("field", ["lt", "prev_trans_lt"])
async def test_a_logical_time_that_can_not_be_stored_is_refused(liar: Liar, field: str, lt: int) -> None:
    """Lt 2^63 and above is refused by name, and scanning goes on as soon as the index is honest again."""
    chain = liar.chain(1000)
    liar.index.lies = [("transactions", lambda answer, _: answer["transactions"][-1].update({field: str(lt)}))]
    with pytest.raises(ChainUnavailable, match=f"transactions: {field} is not a whole number in range"):
        await chain.scan(liar.cursor(3))
    liar.index.lies = [("accountStates", lambda answer, _: answer["accounts"][0].update(last_transaction_lt=str(lt)))]
    with pytest.raises(ChainUnavailable, match="accountStates: last_transaction_lt is not a whole number in range"):
        await chain.scan(liar.cursor(3))
    rest, last = await honest_rest(liar, chain, liar.cursor(3))
    assert (len(rest), last.complete) == (5, True)
