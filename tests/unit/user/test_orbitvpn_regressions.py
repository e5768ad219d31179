"""A fault of OrbitVPN: users farmed rewards by registering, also under their own code."""

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.user.referral import inviter_of, referral_code

FARMER = TelegramId(777_000_123)


@pytest.mark.parametrize("disguise", ["{}", "0{}", "00{}", " {}", "{}\n", "+{}", "_{}"])
def test_no_form_of_ones_own_code_is_an_invitation(disguise: str) -> None:
    """A user's own code is never an invitation, also with capitals, leading zeros, signs or blanks."""
    own = disguise.format(referral_code(FARMER))
    assert inviter_of(own, FARMER) is None
    assert inviter_of(own.upper(), FARMER) is None
