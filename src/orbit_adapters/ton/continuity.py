"""Proves that a page of history leaves nothing out. Pure functions.

Every transaction names its predecessor on the same account by lt and hash, so a row that an index
dropped or delayed shows as a broken link. Links prove the interior only: that nothing is missing
*after* the last row is proved by the account's state, which names its newest transaction.

A row is taken once another answer names it: its successor by its link, or the account's state. Rows beyond
the state are left for the next scan. So one wrong row can't lead the cursor into a history that doesn't exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orbit_adapters.ton.answers import Tail, Transaction
from orbit_adapters.ton.position import ChainPosition
from orbit_domain.payment.source import SourceAlarm


@dataclass(frozen=True, slots=True)
class Proof:
    """The rows after the cursor that are proved gapless and final, in order.

    `complete`: nothing more can be taken yet. `is_covered`: also nothing can be missing up to the
    masterchain block that was read first, and up to `waiting_since`, the time of a row that is shown but not taken.
    """

    rows: tuple[Transaction, ...]
    complete: bool
    is_covered: bool = False
    alarm: SourceAlarm | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """How far the links were followed: the last of `rows` is at `last`. `waiting` links to it but can't be taken."""

    rows: tuple[Transaction, ...]
    last: tuple[int, str]
    waiting: Transaction | None = None
    is_over_limit: bool = False
    alarm: SourceAlarm | None = None

    def named(self, tail: Tail) -> tuple[Transaction, ...]:
        """The rows that another answer names: the last one only when a successor or the state does."""
        at_tail = self.last[0] == tail.lt
        is_named = self.last[1] == tail.tx_hash if at_tail else self.waiting is not None
        return self.rows if is_named else self.rows[:-1]


def prove(at: ChainPosition, page: Iterable[Transaction], limit: int, final_seqno: int, tail: Tail) -> Proof:
    """What *page* proves: the answer to a request for *limit* rows from the lt of *at* on, where reading stands.

    *final_seqno* is the newest masterchain block, *tail* the account's newest transaction; both
    were read before the page, so that the page may be ahead of them but never behind.
    """
    shown = list(page)
    by_lt: dict[int, Transaction] = {}
    conflict: int | None = None
    for row in shown:
        known = by_lt.setdefault(row.lt, row)
        if known.tx_hash != row.tx_hash:
            conflict = row.lt if conflict is None else min(conflict, row.lt)
    ordered = [by_lt[lt] for lt in sorted(by_lt)]

    refused = _anchor_alarm(at, ordered)
    if refused or conflict == at.lt:
        return Proof((), complete=False, alarm=SourceAlarm.HASH_CONFLICT if conflict == at.lt else refused)
    walk = _walk(at, ordered, conflict, limit, final_seqno, tail)
    proof = _against_tail(walk, tail)
    if proof.alarm is SourceAlarm.TAIL_MISMATCH and tail.lt > walk.last[0] and len(shown) >= limit and proof.rows:
        # The page is full, so the newest transaction may follow. One without a new row repeats itself.
        return replace(proof, alarm=None)
    return proof


def _anchor_alarm(at: ChainPosition, rows: list[Transaction]) -> SourceAlarm | None:
    """The first row must be the transaction *at* itself. The beginning has none."""
    if at.lt == 0:
        return None
    if not rows or rows[0].lt != at.lt:
        return SourceAlarm.ANCHOR_MISSING
    return None if rows[0].tx_hash == at.tx_hash else SourceAlarm.HASH_CONFLICT


def _walk(
    at: ChainPosition, rows: list[Transaction], conflict: int | None, limit: int, final_seqno: int, tail: Tail
) -> _Walk:
    last = (at.lt, at.tx_hash)
    linked: list[Transaction] = []
    for row in rows:
        if row.lt <= at.lt:
            continue
        if row.lt == conflict:
            return _Walk(tuple(linked), last, alarm=SourceAlarm.HASH_CONFLICT)
        if (row.prev_lt, row.prev_hash) != last:
            return _Walk(tuple(linked), last, alarm=SourceAlarm.HOLE)
        if not row.is_final or row.mc_seqno > final_seqno or row.lt > tail.lt:
            return _Walk(tuple(linked), last, row)
        if len(linked) == limit:
            return _Walk(tuple(linked), last, row, is_over_limit=True)
        last = (row.lt, row.tx_hash)
        linked.append(row)
    return _Walk(tuple(linked), last)


def _against_tail(walk: _Walk, tail: Tail) -> Proof:
    rows = walk.named(tail)
    last_lt, last_hash = walk.last
    if walk.alarm:
        return Proof(rows, complete=False, alarm=walk.alarm)
    if last_lt == tail.lt and last_hash != tail.tx_hash:
        return Proof(rows, complete=False, alarm=SourceAlarm.HASH_CONFLICT)
    if walk.is_over_limit:
        return Proof(rows, complete=False)
    is_before_tail = walk.waiting is not None and walk.waiting.lt <= tail.lt
    if last_lt == tail.lt or is_before_tail:
        # Nothing lies between the last row and the one that waits, or the state knows nothing later.
        waiting_since = walk.waiting.occurred_at if walk.waiting else None
        return Proof(rows, complete=True, is_covered=True, waiting_since=waiting_since)
    return Proof(rows, complete=False, alarm=SourceAlarm.TAIL_MISMATCH)
