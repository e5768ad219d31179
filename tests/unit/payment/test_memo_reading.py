"""Finding our memo in the comments of people, wallets and attackers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.payment.memo import MemoMatch, canonical, memo_from, read_memo
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.source_record import Comment, CommentKind

MEMO = "ORB0000000GJ9Q"
OTHER = "ORB00000000150"
MATCHED = MemoMatch(MemoResult.MATCHED, MEMO)
EXTRACTED = MemoMatch(MemoResult.EXTRACTED, MEMO)
GARBLED = MemoMatch(MemoResult.GARBLED)
MISSING = MemoMatch(MemoResult.MISSING)

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202e", "\x00", "\x07"]
BLANKS = [" ", "\t", "\n", "\r\n", "\u00a0", "\u2009", "\u3000", "\u2028"]
DASHES = ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\uff0d"]
BETWEEN = st.lists(st.sampled_from([*INVISIBLE, *BLANKS, *DASHES, ""]), min_size=15, max_size=15)
HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


def read(written: str) -> MemoMatch:
    """What is found in a text comment."""
    return read_memo(Comment(CommentKind.TEXT, written))


@given(BETWEEN)
def test_blanks_dashes_and_invisible_marks_don_t_matter(between: list[str]) -> None:
    """Blanks, dashes and invisible characters between the characters don't change the memo."""
    assert read("".join(gap + char for gap, char in zip(between, f"{MEMO} ", strict=True))) == MATCHED


@given(st.lists(st.booleans(), min_size=14, max_size=14))
def test_case_doesn_t_matter(upper: list[bool]) -> None:
    """Small letters, capitals, and any mixture of them are the same memo."""
    assert read("".join(c if up else c.lower() for c, up in zip(MEMO, upper, strict=True))) == MATCHED


def test_fullwidth_letters_match() -> None:
    """A comment typed on an East Asian keyboard is the same memo."""
    assert read("".join(chr(ord(char) + 0xFEE0) for char in MEMO)) == MATCHED


@pytest.mark.parametrize("written", ["0RB0000000GJ9Q", "ORBOOOOOOOGJ9Q", "orboooooooGJ9Q", "OrB0O0O0O0gj9q"])
def test_the_letter_o_is_a_zero(written: str) -> None:
    """The letter O is read as a zero."""
    assert read(written) == MATCHED


@pytest.mark.parametrize("one", "1IiLl")
def test_the_letters_i_and_l_are_a_one(one: str) -> None:
    """The letters I and L are read as a one."""
    assert read(f"ORB00000000{one}50") == MemoMatch(MemoResult.MATCHED, OTHER)


@pytest.mark.parametrize(
    "written",
    [
        f"for the vpn {MEMO} thank you", f"{MEMO} спасибо", f"плачу\n{MEMO}", f"{MEMO} {MEMO}", f"a {MEMO.lower()} b",
        f"\u200b{MEMO} !", f"order: {MEMO[:3]}-{MEMO[3:]} please",
    ],
)  # fmt: skip
def test_the_only_memo_of_a_sentence_is_extracted(written: str) -> None:
    """One valid memo among words is found, also written twice, and marked as extracted."""
    assert read(written) == EXTRACTED


@pytest.mark.parametrize("written", [f"{MEMO}.", f"it is {MEMO}, thanks", f"«{MEMO}»", f"({MEMO})", f"code:{MEMO}"])
def test_punctuation_beside_a_memo_doesn_t_hide_it(written: str) -> None:
    """Punctuation, quotes and brackets around the only memo are ignored."""
    assert read(written) == EXTRACTED


@pytest.mark.parametrize("written", [f"{MEMO} {OTHER}", f"{OTHER}\n{MEMO} {OTHER}", f"{MEMO}{OTHER}"])
def test_two_memos_match_no_payment(written: str) -> None:
    """A comment with two memos matches neither."""
    assert read(written) == GARBLED


@pytest.mark.parametrize("written", [MEMO + MEMO, f"X{MEMO}", f"{MEMO}X", f"t.me/{MEMO}0", MEMO[:-1], "ORB", "129"])
def test_a_memo_inside_a_longer_word_is_not_searched_for(written: str) -> None:
    """Only a whole word can be a memo: digits picked out of the middle of something else never are."""
    assert read(written) == GARBLED


@pytest.mark.parametrize("written", ["ОRB0000000GJ9Q", "ORВ0000000GJ9Q", "ОRВООООООО" + "GJ9Q", "ORB000000АGJ9Q"])
def test_cyrillic_look_alikes_never_match(written: str) -> None:
    """Look-alike letters are other letters and never match."""
    assert read(written) == GARBLED


@pytest.mark.parametrize("written", ["", " ", "\n\t", "\u00a0", "\u3000"])
def test_a_blank_comment_is_a_missing_one(written: str) -> None:
    """A comment of blanks is a missing comment."""
    assert read(written) == MISSING


@pytest.mark.parametrize("kind", CommentKind)
def test_only_texts_are_read(kind: CommentKind) -> None:
    """No comment is missing; binary, encrypted, endless and broken ones are unreadable, whatever text they carry."""
    expected = {CommentKind.TEXT: MATCHED, CommentKind.EMPTY: MISSING}
    assert read_memo(Comment(kind, MEMO)) == expected.get(kind, MemoMatch(MemoResult.UNREADABLE))


@given(HOSTILE)
def test_no_text_breaks_the_reader(written: str) -> None:
    """Unassigned characters, lone surrogates, marks of direction: there is an answer, and only a valid memo in it."""
    found = read(written)
    assert (found.memo is not None) == (found.result in {MemoResult.MATCHED, MemoResult.EXTRACTED})
    assert found.memo is None or read(found.memo).result is MemoResult.MATCHED


@given(HOSTILE)
def test_making_comparable_twice_changes_nothing_more(written: str) -> None:
    """A canonical text is its own canonical form."""
    assert canonical(canonical(written)) == canonical(written)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_read_as_it_is_among_other_letters(written: str) -> None:
    """The short way for ASCII gives what the long way gives."""
    assert canonical(written + "é") == canonical(written) + "É"


def test_every_single_character_has_a_stable_canonical_form() -> None:
    """Also for each character ever assigned, and no Cyrillic one becomes a letter of ours."""
    folded = {chr(code): canonical(chr(code)) for code in (*range(0x32000), *range(0xE0000, 0xE1000))}
    assert [char for char, form in folded.items() if canonical(form) != form] == []
    cyrillic = [form for char, form in folded.items() if "\u0400" <= char <= "\u052f" and form.isascii()]
    assert cyrillic == []


@given(st.integers(0, 2**50 - 1), HOSTILE, HOSTILE)
def test_words_around_a_memo_never_turn_it_into_another(bits: int, before: str, after: str) -> None:
    """Whatever is written around one memo, the answer is that memo or none."""
    memo = memo_from(bits)
    if memo is not None:
        assert read(f"{before} {memo} {after}").memo in {memo, None}
