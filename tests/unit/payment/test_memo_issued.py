"""Issued memos: unique, tolerant of harmless typing errors, and able to detect the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.payment.memo import RANDOM_BITS, MemoMatch, canonical, memo_from, read_memo
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.source_record import Comment, CommentKind

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = st.integers(0, 2**RANDOM_BITS - 1)
USABLE_BITS = BITS.filter(lambda bits: memo_from(bits) is not None)
MEMOS = USABLE_BITS.map(memo_from)
LATIN = ALPHABET + "ILOU" + "abcdefghijklmnopqrstuvwxyz"
KEYBOARD = st.sampled_from([*LATIN, *"АВЕКМНОРСТУХ", *".,!?_/+*#@", "é", "Ⅻ"])


def text(written: str) -> Comment:
    """A comment with the text *written*."""
    return Comment(CommentKind.TEXT, written)


@given(MEMOS)
def test_an_issued_memo_is_read_back(memo: str) -> None:
    """An issued memo is matched."""
    assert read_memo(text(memo)) == MemoMatch(MemoResult.MATCHED, memo)


@given(MEMOS)
def test_a_memo_can_be_typed_on_any_keyboard(memo: str) -> None:
    """`ORB`, then eleven characters that can't be confused with each other."""
    assert len(memo) == 14
    assert memo.startswith("ORB")
    assert set(memo[3:]) <= set(ALPHABET)


@given(USABLE_BITS, USABLE_BITS)
def test_different_bits_give_different_memos(one: int, other: int) -> None:
    """No two draws give the same memo, not even in canonical form."""
    first, second = memo_from(one), memo_from(other)
    assert first is not None
    assert second is not None
    assert (canonical(first) == canonical(second)) == (one == other)


@given(BITS)
def test_a_draw_is_refused_only_for_want_of_a_check_character(bits: int) -> None:
    """Five remainders of thirty-seven have no character: those draws are repeated, all others used."""
    assert (memo_from(bits) is None) == (bits % 37 >= 32)


@pytest.mark.parametrize(
    ("bits", "memo"),
    [(0, "ORB00000000000"), (1, "ORB00000000011"), (36, None), (37, "ORB00000000150"), (2**50 - 1, "ORBZZZZZZZZZZX")],
)
def test_memos_of_known_bits(bits: int, memo: str | None) -> None:
    """Issued memos stay valid: their spelling never changes."""
    assert memo_from(bits) == memo


@given(MEMOS, st.integers(0, 13), KEYBOARD)
def test_one_wrong_character_is_always_caught(memo: str, place: int, typed: str) -> None:
    """One wrong character never matches another payment; an equivalent character still matches."""
    slipped = memo[:place] + typed + memo[place + 1 :]
    if canonical(slipped) == canonical(memo):
        assert read_memo(text(slipped)).memo == memo
    else:
        assert read_memo(text(slipped)) == MemoMatch(MemoResult.GARBLED)


@given(MEMOS, st.integers(0, 12))
def test_two_swapped_neighbours_are_always_caught(memo: str, place: int) -> None:
    """Two swapped characters never match another payment."""
    left, right = memo[place : place + 2]
    swapped = memo[:place] + right + left + memo[place + 2 :]
    expected = MemoMatch(MemoResult.MATCHED, memo) if left == right else MemoMatch(MemoResult.GARBLED)
    assert read_memo(text(swapped)) == expected


@given(MEMOS, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_a_lost_or_doubled_character_is_always_caught(memo: str, place: int, extra: str) -> None:
    """Thirteen or fifteen characters are no memo."""
    assert read_memo(text(memo[:place] + memo[place + 1 :])) == MemoMatch(MemoResult.GARBLED)
    assert read_memo(text(memo[:place] + extra + memo[place:])) == MemoMatch(MemoResult.GARBLED)
