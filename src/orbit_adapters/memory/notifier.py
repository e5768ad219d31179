"""Telling without Telegram: what was told is kept, and trouble is made to order."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import NotifierError


@dataclass(frozen=True, slots=True)
class Told:
    """One notice that reached somebody."""

    tg_id: TelegramId
    language: str
    notice: Notice


class MemoryNotifier:
    """The port `Notifier` in memory. `told` grows with every notice that was told."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self._trouble: dict[TelegramId | None, NotifierError] = {}

    def meet(self, trouble: NotifierError, tg_id: TelegramId | None = None) -> None:
        """From now on telling *tg_id*, or without one anybody, fails with *trouble*."""
        self._trouble[tg_id] = trouble

    def heal(self) -> None:
        """End every trouble."""
        self._trouble.clear()

    async def send(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        """Keep the notice, or raise the trouble that was ordered."""
        trouble = self._trouble.get(tg_id) or self._trouble.get(None)
        if trouble is not None:
            raise trouble
        self.told.append(Told(tg_id, language, notice))
