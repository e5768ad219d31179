"""Notices about rewards for invitations, as screens."""

from orbit_adapters.telegram.callbacks import SeeBalance
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_domain.money import Currency, Money
from orbit_domain.notice.referral_notices import ReferralReward


def referral_reward_screen(notice: ReferralReward, translate: Translator, base: Currency) -> Screen:
    """What came or went, why, and the balance. Its amounts are in *base*."""
    change = "earned" if notice.change_kopecks > 0 else "returned"
    side = "inviter" if notice.is_inviter else "invited"
    text = translate(
        f"notice-referral-{change}-{side}",
        amount=Money(abs(notice.change_kopecks), base),
        balance=Money(notice.balance_kopecks, base),
    )
    balance_row = tap(translate.label("b-balance-plain"), SeeBalance())
    return Screen(text, keyboard(balance_row, home_row(translate)), kept=True)
