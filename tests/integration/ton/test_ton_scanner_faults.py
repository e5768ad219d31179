"""The scanner against every known fault of real indexes."""

from dataclasses import replace

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.classify import TransferClass
from orbit_adapters.ton.scanner import FINALITY_LAG, TonSource
from orbit_domain.payment.source import SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import CommentKind, Meaning
from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.cells import Encoding
from orbit_testing.contracts.receipt_source import read_on


async def test_a_transfer_tells_what_a_payer_did(shop) -> None:
    """Amount, sender, comment, chain time and the row's own text arrive exactly as they are on the chain."""
    tx = shop.sim.pay(shop.payer, shop.wallet, 1_500_000_001, "ORB7K3M9P2Q4WX")
    batch = await shop.chain().read(shop.start())
    (record,) = batch.records
    assert record.source == f"ton:testnet:{shop.wallet}"
    assert (record.external_id, record.digest) == (str(tx.lt), tx.hash.hex())
    assert record.position == f"{tx.lt}:{tx.hash.hex()}"
    assert record.amount.units == 1_500_000_001
    assert (record.amount.currency.code, record.amount.currency.decimals) == ("ton:native", 9)
    assert record.sender == shop.payer
    assert record.comment.text == "ORB7K3M9P2Q4WX"
    assert (record.kind, record.meaning) == (TransferClass.DEPOSIT, Meaning.DEPOSIT)
    assert record.occurred_at == shop.clock.now()
    assert record.raw.startswith("{")
    assert f'"lt":"{tx.lt}"' in record.raw
    assert record.ref == f"ton:testnet:{shop.wallet}|{tx.lt}"
    assert record.invoice_id is None


async def test_each_sample_transaction_is_classified(shop) -> None:
    """Only coins that arrived and stayed are deposits."""
    sim, wallet, payer = shop.sim, shop.wallet, shop.payer
    chain = shop.chain()
    shop.pay(10**10, "a")
    sample.rejected_deposit(sim, payer, wallet, 10**9, "b")
    sample.fake_jetton(sim, wallet, 10**12, "c")
    sample.excesses(sim, wallet, 10**7)
    sample.extra_currency(sim, payer, wallet, 10**8, "d")
    sample.dust(sim, wallet, 1)
    sim.pay(payer, wallet, 0, "e")
    sim.pay(payer, wallet, 10**9, "f", bounce=True, fails=True, no_funds=True)
    sample.bounced_refund(sim, wallet, 10**9)
    sim.pay(wallet, payer, 10**8, "thanks")
    transfers, _ = await read_on(chain, shop.start())
    kinds = [(each.kind, each.amount.units) for each in transfers]
    assert [each.meaning for each in transfers if each.kind == "unsupported_asset"] == [Meaning.REVIEW]
    assert {each.kind for each in transfers if each.meaning is Meaning.DEPOSIT} == {"deposit"}
    assert kinds == [
        ("deposit", 10**10),
        ("rejected", 10**9),
        ("fake_jetton", 1),
        ("excesses", 10**7),
        ("unsupported_asset", 10**8),
        ("deposit", 1),
        ("noise", 0),
        ("deposit", 10**9),
        ("own_send", 0),
        ("refund_bounced", 10**9 - 662_669),
        ("own_send", 0),
    ]


async def test_coins_moved_between_our_own_accounts_are_no_income(shop) -> None:
    """A transfer to ourselves, or from another account of the shop, is no deposit."""
    safe = shop.sim.wallet("safe", 10**10)
    shop.pay(10**10)
    shop.sim.pay(shop.wallet, shop.wallet, 10**9, "to ourselves")
    shop.sim.pay(safe, shop.wallet, 10**9, "from the safe")
    single = shop.chain()
    chain = TonSource(single.api, single.account, shop.clock, own=frozenset({TonAddress.parse(safe, Network.TESTNET)}))
    transfers, _ = await read_on(chain, shop.start())
    kinds = [each.kind for each in transfers]
    assert kinds == ["deposit", "own_send", "internal", "internal"]


async def test_coins_at_a_wallet_not_yet_deployed_stay_when_not_bounceable(shop) -> None:
    """`aborted` doesn't mean returned: non-bounceable coins stay at a cold wallet, bounceable ones go back."""
    shop.wallet = shop.sim.wallet("cold", deployed=False)
    shop.pay(10**9, "kept")
    shop.sim.pay(shop.payer, shop.wallet, 10**9, "gone", bounce=True)
    transfers, _ = await read_on(shop.chain(), shop.start())
    assert [each.kind for each in transfers] == [TransferClass.DEPOSIT, TransferClass.REJECTED]
    assert shop.sim.account(shop.wallet).balance == 10**9


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        (Encoding.INLINE, CommentKind.TEXT),
        (Encoding.REF, CommentKind.TEXT),
        (Encoding.SNAKE, CommentKind.TEXT),
        (Encoding.ENCRYPTED, CommentKind.ENCRYPTED),
        (Encoding.BINARY, CommentKind.BINARY),
        (Encoding.OPCODE, CommentKind.OPCODE),
        (Encoding.MALFORMED, CommentKind.MALFORMED),
    ],
)
async def test_every_encoding_of_a_comment_comes_through(shop, encoding: Encoding, kind: CommentKind) -> None:
    """Comments of wallets are read; an unreadable comment is still a deposit, with the reason."""
    shop.sim.pay(shop.payer, shop.wallet, 10**9, "ORB7K3M9P2Q4WX и слово", encoding=encoding)
    (record,) = (await shop.chain().read(shop.start())).records
    assert record.comment.kind is kind
    assert record.comment.text == ("ORB7K3M9P2Q4WX и слово" if kind is CommentKind.TEXT else "")
    assert record.kind is TransferClass.DEPOSIT


async def test_a_lagging_index_is_believed_only_up_to_its_own_time(shop) -> None:
    """Rows that an index hasn't read yet are not missing: its watermark stays behind them."""
    chain = shop.chain()
    shop.pay(1)
    _, before = await read_on(chain, shop.start())
    shop.faults.turn_on("chain.lag")
    shop.clock.advance(minutes=5)
    shop.pay(2)
    lagging = await chain.read(before.cursor)
    assert (lagging.records, lagging.alarm) == ((), None)
    assert lagging.cursor.watermark == before.cursor.watermark
    shop.faults.clear()
    healed = await chain.read(lagging.cursor)
    assert [each.amount.units for each in healed.records] == [2]
    assert healed.cursor.watermark == shop.clock.now() - FINALITY_LAG


async def test_the_watermark_never_runs_backwards(shop) -> None:
    """An index with an earlier time doesn't move the watermark back."""
    chain = shop.chain()
    shop.pay(1)
    _, first = await read_on(chain, shop.start())
    shop.faults.turn_on("chain.lag")
    await chain.read(first.cursor)
    shop.clock.advance(seconds=90)
    later = replace(first.cursor, watermark=shop.clock.now())
    assert (await chain.read(later)).cursor.watermark == later.watermark


@pytest.mark.parametrize("fault", ["chain.duplicate_page", "chain.shuffle"])
async def test_disorder_changes_nothing(shop, fault: str) -> None:
    """Repeated or reordered rows inside a page are the same history."""
    for units in range(1, 8):
        shop.pay(units)
    shop.faults.turn_on(fault)
    batch = await shop.chain().read(shop.start())
    assert [each.amount.units for each in batch.records] == list(range(1, 8))
    assert (batch.complete, batch.alarm) == (True, None)
    assert shop.faults.consumed[fault] == 1


async def test_another_transaction_in_the_anchors_place_stops_the_scan(shop) -> None:
    """An index that shows another transaction at our cursor raises the alarm."""
    chain = shop.chain()
    shop.pay(1)
    _, before = await read_on(chain, shop.start())
    shop.pay(2)
    shop.faults.turn_on("chain.wrong_anchor", times=1)
    stopped = await chain.read(before.cursor)
    assert (stopped.alarm, stopped.records, stopped.cursor) == (SourceAlarm.ANCHOR_MISSING, (), before.cursor)
    assert [each.amount.units for each in (await chain.read(before.cursor)).records] == [2]


@pytest.mark.parametrize("fault", ["chain.429", "chain.500", "chain.timeout", "chain.html", "chain.cut_json"])
async def test_a_transient_fault_is_retried(shop, fault: str) -> None:
    """A request that fails three times in a row succeeds at the fourth attempt."""
    shop.pay(1)
    shop.faults.turn_on(fault, times=3)
    batch = await shop.chain(attempts=4).read(shop.start())
    assert [each.amount.units for each in batch.records] == [1]
    assert shop.faults.consumed[fault] == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("chain.429", "masterchainInfo: status 429"),
        ("chain.500", "masterchainInfo: status 500"),
        ("chain.timeout", "masterchainInfo: ReadTimeout"),
        ("chain.html", "masterchainInfo: the answer is not whole JSON"),
        ("chain.cut_json", "masterchainInfo: the answer is not whole JSON"),
    ],
)
async def test_a_lasting_fault_is_named_and_loses_nothing(shop, fault: str, reason: str) -> None:
    """A lasting fault raises a short error without our key; later nothing is missing."""
    shop.pay(1)
    shop.faults.turn_on(fault)
    with pytest.raises(SourceUnavailable) as failed:
        await shop.chain(attempts=3).read(shop.start())
    assert str(failed.value) == reason
    assert shop.faults.consumed[fault] == 3
    shop.faults.clear()
    assert len((await shop.chain().read(shop.start())).records) == 1


async def test_every_fault_of_the_simulator_is_covered_here_or_by_the_contract(shop) -> None:
    """Every fault of the index is used by a test."""
    tested = {"lag", "duplicate_page", "shuffle", "wrong_anchor", "429", "500", "timeout", "html", "cut_json"}
    by_contract = {"hole", "hide_newest"}
    assert shop.faults.known == {f"chain.{name}" for name in tested | by_contract}


async def test_a_start_is_not_guessed_while_the_index_lags_behind_the_state(shop) -> None:
    """A start after an older transaction would read old history as new payments."""
    shop.pay(1)
    shop.pay(2)
    api = shop.chain().api

    async def an_older_row(account):
        return (await api.transactions(account, 0, 1))[0]

    api.newest = an_older_row
    chain = TonSource(api, shop.chain().account, shop.clock)
    with pytest.raises(SourceUnavailable, match="not clear yet"):
        await chain.newest()


async def test_pages_of_three_read_everything(shop) -> None:
    """The smallest page, an anchor, a row and its witness, still gets to the end, also when it is exactly full."""
    for units in range(1, 6):
        shop.pay(units)
    transfers, last = await read_on(shop.chain(page_limit=3), shop.start())
    assert [each.amount.units for each in transfers] == [1, 2, 3, 4, 5]
    assert last.complete


@pytest.mark.parametrize("limit", [0, 1, 2, 1001])
async def test_a_page_that_can_not_work_is_refused(shop, limit: int) -> None:
    """A page of two rows shows no witness of its last one, and the index refuses more than a thousand."""
    with pytest.raises(ValueError, match="rows"):
        shop.chain(page_limit=limit)
