"""What is forgotten with time, and after how long. Whatever isn't named here is kept for ever."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class OldData(StrEnum):
    """One kind of data that nothing reads any more.

    NOTICES were sent, or weren't worth sending any more, DEAD_NOTICES could never be sent: their rows go. Of the others
    the row stays, and everything that was decided from it: RAW_RECORDS are the providers' own texts of transfers that
    have found their customer, MONEY_UPDATES the messengers' own texts of what they told us, KEY_LINKS those of deleted
    keys whose panel doesn't answer any more.
    """

    NOTICES = "notices"
    DEAD_NOTICES = "dead_notices"
    RAW_RECORDS = "raw_records"
    MONEY_UPDATES = "money_updates"
    KEY_LINKS = "key_links"


KEPT_FOR: Final[Mapping[OldData, timedelta]] = {
    # Longer than any event repeats itself: a notice that is gone doesn't keep a second one from being sent.
    OldData.NOTICES: timedelta(days=14),
    OldData.DEAD_NOTICES: timedelta(days=90),
    # The databases refuse it for the first eighty days (migration 0035).
    OldData.RAW_RECORDS: timedelta(days=90),
    OldData.MONEY_UPDATES: timedelta(days=90),
    OldData.KEY_LINKS: timedelta(days=30),
}


def old_since(kind: OldData, now: datetime) -> datetime:
    """Data of *kind* from before this moment is forgotten."""
    return now - KEPT_FOR[kind]
