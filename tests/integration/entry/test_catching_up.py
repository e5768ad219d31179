"""After a long stop everything is due at once: however much that is, a transaction of a job stays short.

On SQLite nobody else writes meanwhile. How long one takes is measured (`python -m benchmarks catching_up`); how many
rows it changes is counted here.
"""

from pathlib import Path

from benchmarks.catching_up import SMALL_CUSTOMERS, catch_up, stopped_shop
from benchmarks.customer_block import customer_block

WAITING = 24
"""So many of each kind are due: more than any job takes at once, but for those whose page is larger than the shop."""
MOST_ROWS: dict[str, int] = {
    # Ten orders at once, each reported to its customer and to the owner.
    "deliveries": 20,
    # Twenty payments are settled at once, each with its receipts, entries, balance, order, grant, key and notices.
    "money": 20 * 18,
    "rates": 0,
    "expiry": 100,
    # Twenty keys are placed or claimed at once, the answers for ten are recorded.
    "keys": 40,
    "recent_keys": 0,
    "sweep": 0,
    "evacuations": 20,
    "rebalance": 20,
    # Forty messages, and how far the broadcast is.
    "broadcasts": 41,
    "notices": 4,
    "renewals": 20,
    # Fifty reminders, and when each customer is looked at next.
    "reminders": 100,
    "referrals": 12,
    # Fifty orders, or a hundred admin actions, and how far that has been read.
    "events": 151,
    "clean_up": 0,
    "backups": 0,
    "asked_backup": 0,
    "journal": 0,
    "journal_copies": 0,
}
"""The most rows that one transaction of each job may change, those that triggers change among them."""


async def test_no_transaction_grows_with_what_is_due(tmp_path: Path) -> None:
    """Every job does all that has fallen due, and none of its transactions changes more rows than its budget."""
    block = await customer_block(tmp_path)
    async with stopped_shop(tmp_path, block, SMALL_CUSTOMERS, WAITING) as large:
        caught_up = {one.job: one for one in await catch_up(large)}
        assert caught_up.keys() == MOST_ROWS.keys()
        assert large.world.notifier.sent
        async with large.storage.transaction() as tx:
            assert await tx.orders.waiting_since(large.world.clock.now(), None, 1) == ()
        assert (await large.shop.audit_ledger()).findings == ()
    beyond = {job: one.most_rows for job, one in caught_up.items() if one.most_rows > MOST_ROWS[job]}
    assert beyond == {}
    # What is done in parts was due in more than one.
    parts = {"deliveries", "money", "keys", "evacuations", "broadcasts", "renewals", "reminders", "referrals"}
    assert {job for job in parts if caught_up[job].transactions < 3} == set()
