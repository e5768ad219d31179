"""Twenty thousand transfers through an index that loses, repeats, reorders and lags at random."""

import random

from orbit_domain.payment.source import SourceAlarm, SourceUnavailable

TRANSFERS = 20_000
SPOILERS = (
    "chain.hole",
    "chain.hide_newest",
    "chain.duplicate_page",
    "chain.shuffle",
    "chain.wrong_anchor",
    "chain.lag",
    "chain.cut_json",
    "chain.500",
)
SHOWN_BY = {
    "chain.hole": SourceAlarm.HOLE,
    "chain.hide_newest": SourceAlarm.TAIL_MISMATCH,
    "chain.wrong_anchor": SourceAlarm.ANCHOR_MISSING,
}


async def test_twenty_thousand_transfers_arrive_exactly_once_whatever_the_index_does(shop) -> None:
    """Every gap raises an alarm, none is missed, and in the end what was read equals the chain exactly."""
    rng = random.Random(2026)
    chain, cursor = shop.chain(page_limit=100), shop.start()
    read, paid, detected = [], 0, 0
    while paid < TRANSFERS or len(read) < TRANSFERS:
        for _ in range(min(rng.randrange(90), TRANSFERS - paid)):
            shop.pay(paid := paid + 1)
        shop.clock.advance(seconds=rng.randrange(5))
        shop.faults.clear()
        for name in rng.sample(SPOILERS, rng.choice((0, 1, 1, 2))):
            shop.faults.turn_on(name)
        before = dict(shop.faults.consumed)
        try:
            batch = await chain.read(cursor)
        except SourceUnavailable:
            continue
        struck = {name for name in SPOILERS if shop.faults.consumed.get(name, 0) > before.get(name, 0)}
        alarms = {SHOWN_BY[name] for name in struck & set(SHOWN_BY)}
        if alarms:
            # Repeated rows may push the gap off the page; then the page is full and the next one shows it.
            is_pushed_off = "chain.duplicate_page" in struck and batch.alarm is None
            assert is_pushed_off or batch.alarm in alarms
            assert not batch.complete
            detected += not is_pushed_off
        assert [each.amount.units for each in batch.records] == list(
            range(len(read) + 1, len(read) + 1 + len(batch.records))
        )
        if batch.cursor.watermark != cursor.watermark:
            # Block times are whole seconds, so what the same second still brings may come later.
            unread = shop.sim.account(shop.wallet).transactions[len(read) + len(batch.records) :]
            assert all(tx.now >= batch.cursor.watermark.timestamp() for tx in unread)
        read += batch.records
        cursor = batch.cursor
    truth = shop.sim.account(shop.wallet).transactions
    assert [(each.external_id, each.digest) for each in read] == [(str(tx.lt), tx.hash.hex()) for tx in truth]
    assert detected > 50
    assert {name for name in SPOILERS if shop.faults.consumed.get(name, 0) >= 10} == set(SPOILERS)
