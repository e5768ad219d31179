"""Proves that a page of history leaves nothing out. Pure functions.

Every transaction names its predecessor on the same account by lt and hash, so a row that an index
dropped or delayed shows as a broken link. Links prove the interior only: that nothing is missing
*after* the last row is proved by the account's state, which names its newest transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from orbit_adapters.ton.api import Tail
from orbit_adapters.ton.transactions import Transaction
from orbit_domain.payment.transfer import Cursor, ScanAlarm


@dataclass(frozen=True, slots=True)
class Proof:
    """The rows after the cursor that are proved gapless and final, in order.

    `complete`: nothing more is final yet. `is_covered`: also nothing can be missing up to the
    masterchain block that was read first.
    """

    rows: tuple[Transaction, ...]
    complete: bool
    is_covered: bool = False
    alarm: ScanAlarm | None = None


def prove(cursor: Cursor, page: Iterable[Transaction], limit: int, final_seqno: int, tail: Tail) -> Proof:
    """What *page* proves: the answer to a request for *limit* rows from the cursor's lt on.

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

    refused = _anchor_alarm(cursor, ordered)
    if refused or conflict == cursor.lt:
        return Proof((), complete=False, alarm=ScanAlarm.HASH_CONFLICT if conflict == cursor.lt else refused)
    return _follow(cursor, ordered, conflict, len(shown) >= limit, limit, final_seqno, tail)


def _anchor_alarm(cursor: Cursor, rows: list[Transaction]) -> ScanAlarm | None:
    """The first row must be the cursor's own transaction. A cursor at lt 0 has none."""
    if cursor.lt == 0:
        return None
    if not rows or rows[0].lt != cursor.lt:
        return ScanAlarm.ANCHOR_MISSING
    return None if rows[0].tx_hash == cursor.tx_hash else ScanAlarm.HASH_CONFLICT


def _follow(
    cursor: Cursor,
    rows: list[Transaction],
    conflict: int | None,
    is_full: bool,
    limit: int,
    final_seqno: int,
    tail: Tail,
) -> Proof:
    anchor = (cursor.lt, cursor.tx_hash)
    seen = {cursor.lt: cursor.tx_hash}
    proved: list[Transaction] = []
    for row in rows:
        if row.lt <= cursor.lt:
            continue
        if row.lt == conflict:
            return Proof(tuple(proved), complete=False, alarm=ScanAlarm.HASH_CONFLICT)
        if (row.prev_lt, row.prev_hash) != anchor:
            return Proof(tuple(proved), complete=False, alarm=ScanAlarm.HOLE)
        if not row.is_final:
            break
        if row.mc_seqno > final_seqno:
            # Linked to the last proved row and younger than the block: nothing lies between.
            return Proof(tuple(proved), complete=True, is_covered=True)
        if len(proved) == limit:
            break
        anchor = (row.lt, row.tx_hash)
        seen[row.lt] = row.tx_hash
        proved.append(row)
    if is_full:
        # More may follow. A full page without a new row repeats itself.
        return Proof(tuple(proved), complete=False, alarm=None if proved else ScanAlarm.TAIL_MISMATCH)
    return _against_tail(tuple(proved), seen.get(tail.lt), tail)


def _against_tail(proved: tuple[Transaction, ...], known_hash: str | None, tail: Tail) -> Proof:
    if known_hash == tail.tx_hash:
        return Proof(proved, complete=True, is_covered=True)
    alarm = ScanAlarm.TAIL_MISMATCH if known_hash is None else ScanAlarm.HASH_CONFLICT
    return Proof(proved, complete=False, alarm=alarm)
