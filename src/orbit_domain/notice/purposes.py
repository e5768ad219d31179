"""Which notices are for a chat of the staff, if one was chosen.

What asks the reader to decide by a button (a claim, a payout, an adjustment) stays in the private chat of the owner.
"""

from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    MoneyUpdateReceived,
    Notice,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.notice.questions import CustomerWrote
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.notice.shop_notices import DaySummary, OrderHappened, StaffActed
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.shop_chat.shop_chat import Purpose


def purpose_of(notice: Notice) -> Purpose | None:
    """The purpose whose chat gets *notice*. None: it is for the person it is addressed to, and for no chat."""
    match notice:
        case CustomerWrote():
            return Purpose.SUPPORT
        case OrderHappened() | StaffActed():
            return Purpose.EVENTS
        case DaySummary():
            return Purpose.SUMMARY
        case UnmatchedMoney() | DeliveryDelayed() | ScanStopped() | SuspiciousTransfer():
            return Purpose.ALERTS
        case SettlementFailing() | MoneyUpdateReceived() | MoneyUnconfirmed() | ReaderChanged():
            return Purpose.ALERTS
        case BackupOverdue() | BackupCopyOverdue() | ReplayEnded():
            return Purpose.ALERTS
        case _:
            return None
