"""Suggestions for the owner: the memo that a garbled comment probably means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.payment.memo import memo_from, nearest
from tests.unit.payment.test_memo_issued import ALPHABET, MEMOS

OPEN = ["ORB0000000GJ9Q", "ORB7K3M9PQ2X4T", "ORBVVVVVVVVVVV"]
CYRILLIC = str.maketrans("ABEKMHOPCTYX", "АВЕКМНОРСТУХ")


@given(MEMOS)
def test_cyrillic_look_alikes_are_suggested(memo: str) -> None:
    """A memo typed with Cyrillic look-alikes is suggested, small letters included."""
    others = [other for other in OPEN if sum(one != two for one, two in zip(other, memo, strict=True)) > 2]
    assert nearest(memo.translate(CYRILLIC), [*others, memo]) == memo
    assert nearest(memo.translate(CYRILLIC).lower(), [*others, memo]) == memo


@given(MEMOS, st.integers(3, 13), st.integers(3, 13), st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_up_to_two_slips_are_suggested(memo: str, first: int, second: int, one: str, other: str) -> None:
    """Up to two wrong characters still give the one similar memo."""
    typed = list(memo)
    typed[first], typed[second] = one, other
    assert nearest("".join(typed), [memo]) == memo


def test_three_slips_are_no_suggestion() -> None:
    """A comment with three wrong characters gives no suggestion."""
    assert nearest("ORB0000000GXXX", OPEN) is None
    assert nearest("ORB0000000GJXX", OPEN) == OPEN[0]


@pytest.mark.parametrize("written", ["", "ORB", "спасибо", "ORB0000000GJ9Q0", "ORB0000000GJ9"])
def test_other_lengths_are_no_suggestion(written: str) -> None:
    """A text of another length gives no suggestion."""
    assert nearest(written, OPEN) is None


def test_two_candidates_are_no_suggestion() -> None:
    """Two equally similar memos give no suggestion."""
    assert nearest("ORB0000000GJ9X", ["ORB0000000GJ9Q", "ORB0000000GJ8X"]) is None


def test_without_open_payments_there_is_no_suggestion() -> None:
    """Without candidates there is no suggestion."""
    assert nearest("ORB0000000GJ9Q", []) is None


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60), st.lists(MEMOS, max_size=4))
def test_a_suggestion_is_always_one_of_the_candidates(written: str, memos: list[str]) -> None:
    """For any text the suggestion is one of the candidates or None."""
    assert nearest(written, memos) in {*memos, None}


@given(st.lists(st.integers(0, 2**50 - 1), max_size=5), st.randoms())
def test_suggestions_don_t_depend_on_the_order_of_candidates(bits: list[int], random) -> None:
    """The same open payments in another order give the same suggestion."""
    memos = [memo for memo in {memo_from(one) for one in bits} if memo]
    shuffled = random.sample(memos, len(memos))
    assert nearest("ORB0000000GJ9Q", memos) == nearest("ORB0000000GJ9Q", shuffled)
