"""Predecessor's fault: rewards were farmed by registering, also under one's own code."""

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import inviter_of, referral_code

FARMER = TelegramId(777_000_123)


@pytest.mark.parametrize("disguise", ["{}", "0{}", "00{}", " {}", "{}\n", "+{}", "_{}"])
def test_nobody_invites_himself_in_any_disguise(disguise: str) -> None:
    """One's own code stays one's own, spelled with capitals, leading zeros, signs or blanks."""
    own = disguise.format(referral_code(FARMER))
    assert inviter_of(own, FARMER) is None
    assert inviter_of(own.upper(), FARMER) is None
