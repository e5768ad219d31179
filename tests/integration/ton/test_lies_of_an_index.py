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
from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_domain.payment.second_word import AGREED, Verdict, Word
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import Meaning, SourceRecord
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_sandbox.chain.tonapi import FAULTS, tonapi_app
from orbit_sandbox.faults import Faults
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.ton.conftest import COIN, START, URL
from tests.integration.ton.lying_index import LIES, LyingIndex, multiplied
from tests.support.clock import FakeClock

SECOND_URL = "http://second.example"
SAMPLE = int(os.environ.get("ORBIT_TEST_LIES", "400"))
"""How many lies are told; 10 000 on demand."""
MUST_STOP = frozenset({SourceAlarm.ANCHOR_MISSING, SourceAlarm.HASH_CONFLICT})


@dataclass(frozen=True)
class Liar:
    """A wallet with a history, and the adapter that reads it from an index that may lie."""

    clock: FakeClock
    index: LyingIndex
    http: httpx.AsyncClient
    wallet: str
    history: list[SimTransaction]
    faults: Faults

    def chain(self, page_limit: int, *, second: bool = False) -> TonSource:
        return TonSource(
            ToncenterApi(self.http, URL, Network.TESTNET, attempts=1),
            TonAddress.parse(self.wallet, Network.TESTNET),
            self.clock,
            page_limit=page_limit,
            second=TonapiApi(self.http, SECOND_URL, Network.TESTNET, attempts=1) if second else None,
            confirm_from=5 * COIN,
        )

    def cursor(self, place: int) -> Cursor:
        """The cursor after *place* transactions, covered up to a minute before the next one."""
        source = self.chain(1000).name
        if not place:
            return Cursor.start(source)
        tx = self.history[place - 1]
        return Cursor(source, str(ChainPosition(tx.lt, tx.hash.hex())), START - timedelta(minutes=1))


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    clock = FakeClock(START)
    sim = SimChain(clock, seed=11)
    wallet, payer = sim.wallet("shop"), sim.wallet("payer", 10**6 * COIN)
    for number in range(8):
        sim.pay(payer, wallet, (number + 1) * COIN, f"n{number}")
        clock.advance(seconds=7)
    index = LyingIndex(sim, wallet)
    faults = Faults(FAULTS)
    second = {SECOND_URL: httpx.ASGITransport(tonapi_app(sim, faults))}
    async with httpx.AsyncClient(transport=httpx.MockTransport(index.answer), mounts=second) as http:
        yield Liar(clock, index, http, wallet, list(sim.account(wallet).transactions), faults)


def _lt(position: str) -> int:
    return ChainPosition.parse(position).lt


async def scan_lies(chain: TonSource, cursor: Cursor) -> Batch:
    """One scan; an answer that was refused leaves everything as it was."""
    try:
        return await chain.read(cursor)
    except SourceUnavailable:
        return Batch((), cursor, complete=False)


async def honest_rest(liar: Liar, chain: TonSource, cursor: Cursor) -> tuple[list[SourceRecord], Batch]:
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
        taken = {_lt(row.position) for row in told.records}
        unread = [tx for tx in liar.history if tx.lt > _lt(start.position) and tx.lt not in taken]
        if told.cursor.watermark is not None:
            assert told.cursor.watermark <= liar.clock.now()
            assert all(tx.now >= told.cursor.watermark.timestamp() for tx in unread)
        rest, last = await honest_rest(liar, chain, told.cursor)
        assert (last.complete, last.alarm) == (True, None)
        assert _lt(last.cursor.position) == liar.history[-1].lt
        read = [_lt(row.position) for row in (*told.records, *rest)]
        assert [lt for lt in read if lt in truth] == [lt for lt in truth if lt > _lt(start.position)]
    assert kinds == {None, *SourceAlarm}


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
            reset = await chain.plan_reset(told.cursor, (), str(_lt(start.position)))
            assert reset.after == replace(start, watermark=None)
            _, last = await honest_rest(liar, chain, reset.after)
        assert (last.complete, _lt(last.cursor.position)) == (True, liar.history[-1].lt)


async def test_nothing_above_the_limit_is_confirmed_by_one_index(liar: Liar) -> None:
    """Whatever one index says of an amount: from the limit on it waits until the second one shows the same."""
    truth = {tx.hash.hex(): tx.in_msg.value for tx in liar.history if tx.in_msg}
    verdicts = set()
    for number in range(SAMPLE // 4):
        rng = liar.index.rng = random.Random(number)
        liar.index.lies = [LIES[number % len(LIES)], multiplied]
        chain = liar.chain(1000, second=True)
        told = await scan_lies(chain, liar.cursor(rng.randrange(9)))
        large = [one for one in told.records if one.meaning is Meaning.DEPOSIT and chain.needs_second_word(one.amount)]
        liar.index.lies = []  # The liar is honest again, so only what it said before is wrong.
        for record in large:
            word = await chain.second_word(record)
            verdicts.add(word.verdict)
            assert (word.verdict is Verdict.AGREES) <= (record.amount.units == truth.get(record.digest))
            if word.verdict is Verdict.DIFFERS and record.digest in truth:
                assert word.units == truth[record.digest]
    assert verdicts == {Verdict.AGREES, Verdict.DIFFERS}


@pytest.mark.parametrize("fault", ["tonapi.500", "tonapi.timeout", "tonapi.html", "tonapi.hide_newest"])
async def test_a_second_index_that_fails_confirms_nothing(liar: Liar, fault: str) -> None:
    """It is silent while it can't be asked or is behind; all the same everything is read, and what is small is free."""
    chain = liar.chain(1000, second=True)
    records, last = await read_on(chain, liar.cursor(0))
    assert (last.complete, last.alarm, len(records)) == (True, None, 8)
    assert [chain.needs_second_word(one.amount) for one in records] == [False] * 4 + [True] * 4
    liar.faults.turn_on(fault)
    assert await chain.second_word(records[-1]) == Word(Verdict.SILENT, "second.example")
    liar.faults.clear()
    liar.clock.advance(minutes=6)
    assert await chain.second_word(records[-1]) == AGREED
    liar.faults.turn_on("tonapi.hide_newest")
    assert await chain.second_word(records[-1]) == Word(Verdict.DIFFERS, "second.example")


async def test_a_second_index_with_another_amount_is_heard(liar: Liar) -> None:
    """It may be the second one that lies: both words are told, and nothing is confirmed."""
    chain = liar.chain(1000, second=True)
    records, _ = await read_on(chain, liar.cursor(0))
    liar.faults.turn_on("tonapi.other_value")
    liar.clock.advance(minutes=1)
    word = await chain.second_word(records[-1])
    assert word == Word(Verdict.DIFFERS, "second.example", records[-1].amount.units // 1000)
    liar.faults.clear()
    assert await chain.second_word(records[-1]) == AGREED


async def test_a_beginning_is_never_taken_from_a_lie(liar: Liar) -> None:
    """The first cursor of a shop is a shown position without a watermark, or the beginning waits."""
    chain = liar.chain(1000)
    for number in range(SAMPLE // 4):
        liar.index.rng = random.Random(number)
        liar.index.lies = [LIES[number % len(LIES)]]
        try:
            newest = await chain.newest()
        except SourceUnavailable:
            continue
        assert newest == replace(liar.cursor(8), watermark=None)


async def test_a_time_of_2106_changes_nothing(liar: Liar) -> None:
    """One false time of a block is refused with an alarm, and the next honest scan is complete."""
    chain = liar.chain(1000)
    liar.index.lies = [("masterchainInfo", lambda answer, _: answer["last"].update(gen_utime=str(2**32 - 1)))]
    told = await chain.read(liar.cursor(3))
    assert told == Batch((), liar.cursor(3), complete=False, alarm=SourceAlarm.TIME_AHEAD)
    rest, last = await honest_rest(liar, chain, told.cursor)
    assert (len(rest), last.complete) == (5, True)


async def test_a_minute_ahead_is_a_difference_of_clocks(liar: Liar) -> None:
    """Sixty seconds ahead are believed, but the watermark stays at our own time; a second more is refused."""
    chain = liar.chain(1000)
    liar.clock.advance(seconds=-60)
    scan = await chain.read(liar.cursor(8))
    assert (scan.complete, scan.alarm, scan.cursor.watermark) == (True, None, liar.clock.now())
    liar.clock.advance(seconds=-1)
    assert (await chain.read(liar.cursor(0))).alarm is SourceAlarm.TIME_AHEAD


@pytest.mark.parametrize("lt", [2**63, 2**64 - 1, 10**30])
@pytest.mark.parametrize("field", ["lt", "prev_trans_lt"])
async def test_a_logical_time_that_can_not_be_stored_is_refused(liar: Liar, field: str, lt: int) -> None:
    """Lt 2^63 and above is refused by name, and scanning goes on as soon as the index is honest again."""
    chain = liar.chain(1000)
    liar.index.lies = [("transactions", lambda answer, _: answer["transactions"][-1].update({field: str(lt)}))]
    with pytest.raises(SourceUnavailable, match=f"transactions: {field} is not a whole number in range"):
        await chain.read(liar.cursor(3))
    liar.index.lies = [("accountStates", lambda answer, _: answer["accounts"][0].update(last_transaction_lt=str(lt)))]
    with pytest.raises(SourceUnavailable, match="accountStates: last_transaction_lt is not a whole number in range"):
        await chain.read(liar.cursor(3))
    rest, last = await honest_rest(liar, chain, liar.cursor(3))
    assert (len(rest), last.complete) == (5, True)
