"""What people hear of rewards for invitations."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class ReferralReward:
    """A reward came to the balance, or, with a negative change, was taken back because the purchase was refunded.

    *is_inviter*: the reader's friend bought; otherwise the reader did.
    It can wait until the morning, so it goes after what the reader has paid for.
    """

    priority: ClassVar[Priority] = Priority.REMINDER

    invited: int
    is_inviter: bool
    change_kopecks: int
    balance_kopecks: int
    kind: Literal["referral_reward"] = "referral_reward"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"referral:{self.invited}:{tg_id}:{'paid' if self.change_kopecks > 0 else 'returned'}"
