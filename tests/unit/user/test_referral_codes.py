"""Codes of invitations: a Telegram id, spelled one way only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import inviter_of, referral_code

# The Bot API promises at most 52 significant bits.
PEOPLE = st.integers(1, 2**52 - 1).map(TelegramId)
LARGEST_STORED_ID = 2**63 - 1


@given(PEOPLE, PEOPLE)
def test_a_code_names_its_inviter(inviter: TelegramId, newcomer: TelegramId) -> None:
    """A user's code gives their id at another user's first /start; no user invites themselves."""
    assert inviter_of(referral_code(inviter), newcomer) == (None if inviter == newcomer else inviter)


@given(PEOPLE, PEOPLE)
def test_no_two_people_share_a_code(one: TelegramId, other: TelegramId) -> None:
    """A code is as unique as the id behind it."""
    assert (referral_code(one) == referral_code(other)) == (one == other)


@given(PEOPLE)
def test_a_code_fits_a_deep_link(inviter: TelegramId) -> None:
    """`ref_` and the code are letters, digits and an underscore within the 64 characters Telegram allows."""
    payload = f"ref_{referral_code(inviter)}"
    assert len(payload) <= 64
    assert set(payload) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize(("tg_id", "code"), [(1, "1"), (35, "z"), (36, "10"), (123_456_789, "21i3v9"), (0, "0")])
def test_codes_are_ids_in_base_36(tg_id: int, code: str) -> None:
    """Issued codes never change."""
    assert referral_code(TelegramId(tg_id)) == code


@pytest.mark.parametrize(
    "garbled",
    [None, "", "0", "00", "-1", "+1", " 21i3v9", "21i3v9\n", "21I3V9", "021i3v9", "2_1", "2 1", "1.0", "٣", "a" * 14],
)
def test_invalid_codes_are_no_invitation(garbled: str | None) -> None:
    """Signs, spaces, capitals, leading zeros, foreign digits and too long codes are no invitation."""
    assert inviter_of(garbled, TelegramId(1_000)) is None


@given(st.one_of(st.text(), st.text("0123456789abcdefghijklmnopqrstuvwxyz", max_size=15)), PEOPLE)
def test_any_code_gives_one_inviter_or_none(code: str, newcomer: TelegramId) -> None:
    """Any text is one user's code or none, and never the newcomer's own."""
    inviter = inviter_of(code, newcomer)
    assert inviter is None or (inviter > 0 and inviter != newcomer and referral_code(inviter) == code)


@pytest.mark.parametrize("code", ["z" * 13, "1y2p0ij32e8e8"])
def test_a_code_never_names_an_id_that_no_database_can_hold(code: str) -> None:
    """A forged code of thirteen letters names no user; it never gives an id that breaks the look-up."""
    inviter = inviter_of(code, TelegramId(1))
    assert inviter is None or inviter <= LARGEST_STORED_ID
