"""Predecessor's fault: rewards were farmed by registering, also under one's own code."""

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import inviter_of, referral_code

FARMER = TelegramId(777_000_123)


@pytest.mark.parametrize("disguise", [str, str.upper, lambda code: f"0{code}", lambda code: f" {code}", "{:_>9}".format])
def test_nobody_invites_himself_in_any_disguise(disguise) -> None:
    """One's own code stays one's own, spelled with capitals, leading zeros or blanks."""
    assert inviter_of(disguise(referral_code(FARMER)), FARMER) is None
