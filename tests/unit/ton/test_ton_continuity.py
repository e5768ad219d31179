"""Proving that pages have no gap: every fault of an index, as pure data."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_adapters.ton.answers import Tail, Transaction
from orbit_adapters.ton.continuity import Proof, prove
from orbit_adapters.ton.position import ChainPosition
from orbit_domain.payment.source import SourceAlarm

ZEROS = "0" * 64
History = Callable[[int], list[Transaction]]


def at(row: Transaction | None) -> ChainPosition:
    """The position of *row*."""
    return ChainPosition(row.lt, row.tx_hash) if row else ChainPosition()


def tail_of(rows: list[Transaction]) -> Tail:
    """The account's state after *rows*."""
    return Tail(rows[-1].lt, rows[-1].tx_hash, "active") if rows else Tail(0, ZEROS, "nonexist")


def scan(cursor: ChainPosition, page: list[Transaction], tail: Tail, limit: int = 100, seqno: int = 10**6) -> Proof:
    return prove(cursor, page, limit, seqno, tail)


def test_a_whole_history_is_proved(history: History) -> None:
    """From the beginning or from an anchor, linked rows up to the account's newest are complete."""
    rows = history(5)
    fresh = scan(at(None), rows, tail_of(rows))
    assert (fresh.rows, fresh.complete, fresh.is_covered, fresh.alarm) == (tuple(rows), True, True, None)
    further = scan(at(rows[1]), rows[1:], tail_of(rows))
    assert (further.rows, further.complete, further.is_covered) == (tuple(rows[2:]), True, True)
    idle = scan(at(rows[4]), rows[4:], tail_of(rows))
    assert (idle.rows, idle.complete, idle.is_covered) == ((), True, True)


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_missing_row_stops_the_proof_before_it(history: History, missing: int) -> None:
    """No row after a missing one is taken, and of those before it only the ones that a successor names."""
    rows = history(5)
    found = scan(at(None), rows[:missing] + rows[missing + 1 :], tail_of(rows))
    assert found.rows == tuple(rows[: max(missing - 1, 0)])
    assert (found.complete, found.is_covered, found.alarm) == (False, False, SourceAlarm.HOLE)


def test_a_missing_newest_row_shows_against_the_state(history: History) -> None:
    """Links can't show it; the account's state can."""
    rows = history(3)
    found = scan(at(None), rows[:2], tail_of(rows))
    assert (found.rows, found.is_covered, found.alarm) == (tuple(rows[:1]), False, SourceAlarm.TAIL_MISMATCH)


def test_a_row_is_taken_once_another_answer_names_it(history: History) -> None:
    """A row whose hash is wrong is named neither by its successor nor by the state, so it never becomes our anchor."""
    rows = history(4)
    for wrong in range(4):
        page = [replace(row, tx_hash="ab" * 32) if place == wrong else row for place, row in enumerate(rows)]
        found = scan(at(None), page, tail_of(rows))
        assert found.rows == tuple(rows[:wrong])
        assert (found.is_covered, found.alarm) == (False, SourceAlarm.HASH_CONFLICT if wrong == 3 else SourceAlarm.HOLE)


def test_the_page_may_be_ahead_of_the_state(history: History) -> None:
    """A row beyond the state waits for the next scan without an alarm; the watermark must not pass its time."""
    rows = history(4)
    found = scan(at(rows[0]), rows, tail_of(rows[:2]))
    assert (found.rows, found.complete, found.is_covered, found.alarm) == ((rows[1],), True, True, None)
    assert found.waiting_since == rows[2].occurred_at


def test_a_state_from_before_our_anchor_proves_nothing(history: History) -> None:
    """A lagging state doesn't prove that nothing is missing."""
    rows = history(4)
    found = scan(at(rows[2]), rows[2:], tail_of(rows[:1]))
    assert (found.rows, found.is_covered, found.alarm) == ((), False, SourceAlarm.TAIL_MISMATCH)


def test_a_state_that_names_no_row_of_ours_proves_nothing(history: History) -> None:
    """A newest transaction between two linked rows doesn't exist: nothing beyond it is taken, nothing is covered."""
    rows = history(4)
    found = scan(at(None), rows, Tail(rows[1].lt + 1, "ab" * 32, "active"))
    assert (found.rows, found.is_covered, found.alarm) == (tuple(rows[:2]), False, SourceAlarm.TAIL_MISMATCH)


def test_a_state_with_another_hash_is_a_conflict(history: History) -> None:
    """Two different hashes at the same lt raise the alarm."""
    rows = history(2)
    found = scan(at(None), rows, replace(tail_of(rows), tx_hash="ab" * 32))
    assert (found.is_covered, found.alarm) == (False, SourceAlarm.HASH_CONFLICT)


def test_order_and_repetition_do_not_matter(history: History) -> None:
    """Rows shuffled or shown again prove the same as rows in order."""
    rows = history(6)
    mixed = rows + rows[2:4] + rows[:1]
    random.Random(1).shuffle(mixed)
    assert scan(at(None), mixed, tail_of(rows)) == scan(at(None), rows, tail_of(rows))


def test_a_repeated_lt_with_another_hash_stops_before_it(history: History) -> None:
    """It is unknown which of the two is true, so neither is taken."""
    rows = history(4)
    forged = replace(rows[2], tx_hash="ab" * 32)
    for page in ([*rows, forged], [forged, *rows]):
        found = scan(at(None), page, tail_of(rows))
        assert (found.rows, found.complete, found.alarm) == (tuple(rows[:1]), False, SourceAlarm.HASH_CONFLICT)


@pytest.mark.parametrize(
    ("shown", "alarm"),
    [
        (lambda rows: [], SourceAlarm.ANCHOR_MISSING),
        (lambda rows: rows[2:], SourceAlarm.ANCHOR_MISSING),
        (lambda rows: rows, SourceAlarm.ANCHOR_MISSING),
        (lambda rows: [replace(rows[1], tx_hash="ab" * 32), *rows[2:]], SourceAlarm.HASH_CONFLICT),
        (lambda rows: [replace(rows[1], tx_hash="ab" * 32), *rows[1:]], SourceAlarm.HASH_CONFLICT),
    ],
)
def test_the_first_row_must_be_our_anchor(
    history: History, shown: Callable[[list[Transaction]], list[Transaction]], alarm: SourceAlarm
) -> None:
    """A page that doesn't begin with our anchor is another history: nothing of it is taken."""
    rows = history(4)
    found = scan(at(rows[1]), shown(rows), tail_of(rows))
    assert (found.rows, found.complete, found.is_covered, found.alarm) == ((), False, False, alarm)


def test_a_fresh_account_begins_at_its_first_transaction(history: History) -> None:
    """History that begins in its middle has a hole before it."""
    rows = history(3)
    found = scan(at(None), rows[1:], tail_of(rows))
    assert (found.rows, found.alarm) == ((), SourceAlarm.HOLE)


def test_a_full_page_waits_for_the_next(history: History) -> None:
    """What is beyond a full page is unknown, so nothing is covered yet, and the limit is kept."""
    rows = history(5)
    page = scan(at(rows[0]), rows[:3], tail_of(rows), limit=3)
    assert (page.rows, page.complete, page.is_covered, page.alarm) == ((rows[1],), False, False, None)
    generous = scan(at(None), rows, tail_of(rows), limit=3)
    assert (generous.rows, generous.complete) == (tuple(rows[:3]), False)


def test_a_full_page_that_repeats_itself_raises_the_alarm(history: History) -> None:
    """A page of repetitions would be read for ever, so it raises the alarm."""
    rows = history(2)
    found = scan(at(rows[0]), rows[:1] * 3, tail_of(rows), limit=3)
    assert (found.rows, found.complete, found.alarm) == ((), False, SourceAlarm.TAIL_MISMATCH)


def test_a_row_younger_than_the_block_waits_and_proves_the_rest(history: History) -> None:
    """A row that isn't final is left for the next scan; its link proves the rows before it."""
    rows = history(4)
    found = scan(at(None), rows, tail_of(rows), seqno=rows[2].mc_seqno - 1)
    assert (found.rows, found.complete, found.is_covered, found.alarm) == (tuple(rows[:2]), True, True, None)
    assert found.waiting_since == rows[2].occurred_at
    gap = scan(at(None), [rows[0], *rows[2:]], tail_of(rows), seqno=rows[1].mc_seqno)
    assert (gap.rows, gap.is_covered, gap.alarm) == ((), False, SourceAlarm.HOLE)


def test_a_row_not_final_is_never_taken(history: History) -> None:
    """Pending rows can still be invalidated; they count as not yet there."""
    rows = history(3)
    pending = replace(rows[2], is_final=False)
    found = scan(at(None), [*rows[:2], pending], tail_of(rows[:2]))
    assert (found.rows, found.complete, found.alarm) == (tuple(rows[:2]), True, None)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_the_index_does_only_true_history_is_proved(data: st.DataObject) -> None:
    """Under any mix of lost, repeated, reordered rows and stale states: a true prefix, covered only if whole."""
    rows = linked(data.draw(st.integers(0, 14), label="length"))
    start = data.draw(st.integers(0, len(rows)), label="cursor")
    cursor, expected = at(rows[start - 1] if start else None), rows[start:]
    visible = rows[max(0, start - 1) :]
    keep = data.draw(st.lists(st.booleans(), min_size=len(visible), max_size=len(visible)), label="keep")
    page = [row for row, kept in zip(visible, keep, strict=True) if kept]
    page = data.draw(st.permutations(page + page[: data.draw(st.integers(0, 3), label="repeats")]), label="page")
    limit = data.draw(st.integers(2, 20), label="limit")
    tail_at = data.draw(st.integers(0, len(rows)), label="tail")
    found = scan(cursor, page, tail_of(rows[:tail_at]), limit)
    assert list(found.rows) == expected[: len(found.rows)]
    assert len(found.rows) <= limit
    assert not (found.alarm and (found.complete or found.is_covered))
    if found.is_covered:
        assert start + len(found.rows) >= tail_at
    if tail_at == len(rows) and len(found.rows) < len(expected):
        assert found.alarm or not found.complete
    assert all(row.lt <= tail_at for row in found.rows)
    if all(keep) and len(page) < limit and tail_at == len(rows):
        assert (list(found.rows), found.is_covered) == (expected, True)


def linked(count: int) -> list[Transaction]:
    """A true history, made here because Hypothesis runs many examples on one fixture."""
    rows: list[Transaction] = []
    for number in range(1, count + 1):
        prev = rows[-1] if rows else None
        rows.append(
            Transaction(
                account=None,  # type: ignore[arg-type]
                lt=number,
                tx_hash=f"{number:064x}",
                prev_lt=prev.lt if prev else 0,
                prev_hash=prev.tx_hash if prev else ZEROS,
                occurred_at=datetime(2026, 11, 20, tzinfo=UTC),
                mc_seqno=number,
                is_final=True,
                is_ordinary=True,
                bounce=None,
                in_msg=None,
                out_msgs=(),
                raw="{}",
            )
        )
    return rows
