"""The sender of notices."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice


class NotifierError(Exception):
    """A notice couldn't be sent."""


class Unreachable(NotifierError):
    """The user has blocked the bot or is gone: nothing can be sent; the paid service goes on."""


@dataclass(eq=False)
class RetryLater(NotifierError):
    """Not now; again after the given time. The reason holds no secret.

    `keeps_place`: whether the user's later notices wait for this one, because they would fail too. False when the
    notice itself is at fault.
    """

    after: timedelta
    reason: str
    keeps_place: bool = True


class Notifier(Protocol):
    """Sends notices. Its contract: `orbit_testing.contracts.notifier`."""

    async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        """Send *notice* in *language*, at least once: after an unknown outcome again. Raises NotifierError.

        A *silent* one makes no sound.
        """
