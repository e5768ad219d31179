"""What an invitation earns, and what becomes of the reward."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import Money

CODE_BITS = 45
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_CHARS = 9


@dataclass(eq=False)
class ReferralsOff(Refusal):
    """The shop rewards no invitations."""


@dataclass(frozen=True, slots=True)
class ReferralTerms:
    """Whether invitations are rewarded, and what each side gets."""

    is_on: bool
    inviter: Money
    invited: Money

    @property
    def least_price(self) -> Money:
        """A cheaper order earns nothing: otherwise a reward would pay for the next account that is thrown away."""
        return self.inviter + self.invited


class ReferralState(StrEnum):
    """due → paid → return_due → returned; void: nothing is owed."""

    DUE = "due"
    PAID = "paid"
    RETURN_DUE = "return_due"
    RETURNED = "returned"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Referral:
    """What the first delivered purchase of *invited*, the order, earns; one for each invited user, for ever.

    The units are what each side got, in the base currency.
    """

    invited: TelegramId
    inviter: TelegramId
    order_id: OrderId
    at: datetime
    state: ReferralState = ReferralState.DUE
    inviter_units: int = 0
    invited_units: int = 0

    def pay(self, terms: ReferralTerms) -> Self:
        """Both sides get what the terms say."""
        units = (terms.inviter.units, terms.invited.units)
        return replace(self, state=ReferralState.PAID, inviter_units=units[0], invited_units=units[1])

    def take_back(self) -> Self:
        """The order is refunded: what was paid is to go back, what wasn't is never paid."""
        after = {ReferralState.DUE: ReferralState.VOID, ReferralState.PAID: ReferralState.RETURN_DUE}
        return replace(self, state=after.get(self.state, self.state))


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """How many came by a user's link, how many of them were rewarded, and the base units that this has earned."""

    came: int
    rewarded: int
    earned: int


def invitation_code(bits: int) -> str:
    """A code of CODE_BITS random *bits*. It begins with a zero, which no code of an older version does."""
    return "0" + "".join(_DIGITS[bits >> 5 * at & 31] for at in range(_CODE_CHARS))
