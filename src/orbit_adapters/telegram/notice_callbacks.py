"""Callback data of the buttons about notices. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import TelegramId
from orbit_domain.notice_settings.notice_settings import NoticeGroup, QuietHours, UtcOffset


@dataclass(frozen=True, slots=True)
class SeeNotices(Callback):
    """Show what the customer is told, and when."""

    word: ClassVar[str] = "notices"


@dataclass(frozen=True, slots=True)
class SwitchNotices(Callback):
    """Send notices of this group (`on`), or none (`off`)."""

    group: NoticeGroup
    turned: str
    word: ClassVar[str] = "notify"


@dataclass(frozen=True, slots=True)
class RefuseNews(Callback):
    """Send no news any more: the button below the news themselves."""

    word: ClassVar[str] = "nonews"


@dataclass(frozen=True, slots=True)
class SeeQuietHours(Callback):
    """Show the quiet hours."""

    word: ClassVar[str] = "quiet"


@dataclass(frozen=True, slots=True)
class KeepQuiet(Callback):
    """Keep quiet in these hours of the customer's clock."""

    hours: QuietHours
    word: ClassVar[str] = "hush"


@dataclass(frozen=True, slots=True)
class EndQuiet(Callback):
    """Keep quiet in no hours."""

    word: ClassVar[str] = "unhush"


@dataclass(frozen=True, slots=True)
class SeeClock(Callback):
    """Ask what time it is with the customer: the hours that are so many minutes ahead of UTC's."""

    first: UtcOffset
    word: ClassVar[str] = "clocks"


@dataclass(frozen=True, slots=True)
class SetClock(Callback):
    """The customer's clock is so far ahead of UTC."""

    offset: UtcOffset
    word: ClassVar[str] = "clock"


@dataclass(frozen=True, slots=True)
class SeeCustomerNotices(Callback):
    """For the staff: a page of what this customer was told, and what comes next."""

    customer: TelegramId
    page: int
    word: ClassVar[str] = "told"
