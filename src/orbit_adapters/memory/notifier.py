"""A notifier without Telegram: it stores what was sent, and fails when a test says so."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import NotifierError


@dataclass(frozen=True, slots=True)
class SentNotice:
    """One notice that was sent."""

    tg_id: TelegramId
    language: str
    notice: Notice
    silent: bool = False


class MemoryNotifier:
    """The port `Notifier` in memory. `sent` holds every notice that was sent."""

    def __init__(self) -> None:
        self.sent: list[SentNotice] = []
        self._errors: dict[TelegramId | None, NotifierError] = {}

    def fail_with(self, error: NotifierError, tg_id: TelegramId | None = None) -> None:
        """From now on sending to *tg_id*, by default to every user, fails with *error*."""
        self._errors[tg_id] = error

    def recover(self) -> None:
        """End every failure."""
        self._errors.clear()

    async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        """Store the notice, or raise the error that was set."""
        error = self._errors.get(tg_id) or self._errors.get(None)
        if error is not None:
            raise error
        self.sent.append(SentNotice(tg_id, language, notice, silent))
