"""The figures of this process, from what it counts anyway."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from orbit_domain.process_metrics import ProcessMetrics
from orbit_entry.bot.update_meter import LIMITS_S, UpdateMeter
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_entry.runtime.ephemeral_state import EphemeralState

_MOST = 95


class CountedMetrics:
    """The port `MetricsReader`. *now* is a clock in seconds; it is read first when the process begins."""

    def __init__(
        self, meter: UpdateMeter, ephemeral: EphemeralState, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._meter = meter
        self._ephemeral = ephemeral
        self._now = now
        self._began_at = now()

    def read(self) -> ProcessMetrics:
        """As it is now."""
        outcomes = Counter[UpdateOutcome]()
        for (_, outcome), count in self._meter.ended.items():
            outcomes[outcome] += count
        reads = self._ephemeral.cache_reads()
        return ProcessMetrics(
            uptime=timedelta(seconds=self._now() - self._began_at),
            succeeded=outcomes[UpdateOutcome.DONE],
            failed=outcomes[UpdateOutcome.FAILED],
            limited=outcomes[UpdateOutcome.LIMITED],
            malformed=outcomes[UpdateOutcome.MALFORMED],
            postponed=outcomes[UpdateOutcome.TO_COME_AGAIN],
            average_ms=round(self._meter.seconds * 1_000 / max(1, sum(self._meter.within))),
            most_ms=_most_ms(self._meter.within),
            cache_hits=reads["hit"],
            cache_misses=reads["miss"],
        )


def _most_ms(within: list[int]) -> int | None:
    """The limit within which most have ended."""
    wanted, ended = sum(within) * _MOST, 0
    for limit, count in zip(LIMITS_S, within, strict=False):
        ended += count
        if ended * 100 >= wanted:
            return round(limit * 1_000)
    return None
