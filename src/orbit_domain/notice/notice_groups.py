"""Which notices can be switched off, and which can wait until the morning."""

from orbit_domain.notice.announcement import Announcement
from orbit_domain.notice.notice import Notice, PeriodEnding
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice_settings.notice_settings import NoticeGroup


def group_of(notice: Notice) -> NoticeGroup | None:
    """The switch of *notice*. None when there is none: money, keys, answers, and a reward that was taken back."""
    match notice:
        case PeriodEnding():
            return NoticeGroup.REMINDERS
        case Announcement():
            return NoticeGroup.NEWS
        case ReferralReward() if notice.change_kopecks > 0:
            return NoticeGroup.REWARDS
        case _:
            return None


def can_wait(notice: Notice) -> bool:
    """Whether *notice* waits for the end of quiet hours. What can't is sent at once, without a sound.

    By its priority, because what waits must hold up nothing that can't: the outbox keeps the order of one user's
    notices.
    """
    return notice.priority >= Priority.REMINDER
