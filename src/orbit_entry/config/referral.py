"""Rewards for invitations."""

from decimal import Decimal

from pydantic import BaseModel, Field

from orbit_adapters.payment_plugin.setting_types import Price


class ReferralFields(BaseModel):
    """Whether customers are rewarded for inviting others, and by how much."""

    referrals: bool = Field(
        False,
        validation_alias="ORBIT_REFERRALS",
        description="Reward invitations. Without it customers see nothing of them.",
        examples=["true"],
    )
    referral_inviter: Price = Field(
        "50",
        validation_alias="ORBIT_REFERRAL_INVITER",
        description="What an inviter gets, in your currency, when the friend's first purchase is delivered.",
        examples=["50"],
    )
    referral_invited: Price = Field(
        "50",
        validation_alias="ORBIT_REFERRAL_INVITED",
        description="What the friend gets then. A purchase cheaper than both together earns nothing.",
        examples=["50"],
    )

    @property
    def referral_units(self) -> tuple[int, int]:
        """The inviter's and the friend's reward in smallest units, rounded down."""
        return int(Decimal(self.referral_inviter) * 100), int(Decimal(self.referral_invited) * 100)
