"""The circuit breaker of each panel: what this process has seen of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orbit_domain.ids import PanelId


@dataclass(slots=True)
class _Seen:
    failures: int = 0
    next_probe_at: datetime | None = None
    is_known_to_fail: bool = False


@dataclass(frozen=True, slots=True)
class PanelBreakers:
    """A panel that failed `threshold` times in a row is *failing*: no new key goes there, and it is only asked, once
    each `pause`, whether it answers again.

    It is an estimate that saves calls and time, never a decision about money or access. Each process has its own.
    """

    threshold: int = 5
    pause: timedelta = timedelta(seconds=10)
    _seen: dict[PanelId, _Seen] = field(default_factory=dict)

    def is_failing(self, panel_id: PanelId) -> bool:
        """Whether its last calls failed."""
        return self._of(panel_id).next_probe_at is not None

    def failing(self) -> frozenset[PanelId]:
        """Every panel whose last calls failed."""
        return frozenset(panel_id for panel_id in self._seen if self.is_failing(panel_id))

    def begins_to_fail(self, panel_id: PanelId) -> bool:
        """Whether it is failing and nobody asked this since it does: true once, whoever found it out."""
        seen = self._of(panel_id)
        is_news = seen.next_probe_at is not None and not seen.is_known_to_fail
        seen.is_known_to_fail = seen.is_known_to_fail or is_news
        return is_news

    def may_probe(self, panel_id: PanelId, now: datetime) -> bool:
        """Whether a failing panel is to be asked now; the next time is a pause later."""
        seen = self._of(panel_id)
        if seen.next_probe_at is None or now < seen.next_probe_at:
            return False
        seen.next_probe_at = now + self.pause
        return True

    def failed(self, panel_id: PanelId, now: datetime) -> None:
        """It gave no answer, or none that can be used."""
        seen = self._of(panel_id)
        seen.failures += 1
        if seen.failures >= self.threshold:
            seen.next_probe_at = now + self.pause

    def answered(self, panel_id: PanelId) -> None:
        """It answered."""
        self._seen.pop(panel_id, None)

    def _of(self, panel_id: PanelId) -> _Seen:
        return self._seen.setdefault(panel_id, _Seen())
