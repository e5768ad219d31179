"""The jobs of the background: their names, their periods, and the loop that begins each one again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from orbit_entry.runtime.signals import sleep_or_stop

Run = Callable[[], Awaitable[object]]
RunJob = Callable[[bool], Awaitable[None]]
"""Runs a job; whether it is urgent. It never raises."""


class JobName(StrEnum):
    """One kind of background work. Its task at the broker has the same name."""

    MONEY = "money"
    RATES = "rates"
    EXPIRY = "expiry"
    KEYS = "keys"
    RECENT_KEYS = "recent_keys"
    DRIFT = "drift"
    SWEEP = "sweep"
    EVACUATIONS = "evacuations"
    REBALANCE = "rebalance"
    BROADCASTS = "broadcasts"
    NOTICES = "notices"
    RENEWALS = "renewals"
    REMINDERS = "reminders"
    REFERRALS = "referrals"
    DELIVERIES = "deliveries"
    EVENTS = "events"
    OLD_DATA = "old_data"
    CLEAN_UP = "clean_up"
    BACKUPS = "backups"
    ASKED_BACKUP = "asked_backup"
    JOURNAL = "journal"
    JOURNAL_COPIES = "journal_copies"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between two runs of a job, or between two looks at which panels or settings there are.

    The demo uses shorter ones: it shares no public endpoint's limits.
    """

    chain_s: float = 4.0
    panel_s: float = 1.0
    broadcasts_s: float = 1.0
    notices_s: float = 0.5
    sweep_s: float = 30.0
    rates_s: float = 60.0
    recent_keys_s: float = 600.0
    drift_s: float = 86_400.0
    wishes_s: float = 10.0
    rebalance_s: float = 60.0
    old_data_s: float = 600.0
    panels_s: float = 10.0
    settings_s: float = 10.0
    backups_s: float = 60.0
    journal_s: float = 15.0


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A job: its name, the seconds between two sweeps, and what one run does.

    A job with `parts` has several runs that go side by side, each by its name: one that hangs holds up none of the
    others. One that `is_late` begins a period after the start, not with it.
    """

    name: JobName
    period_s: float
    run: Run
    parts: Callable[[], Mapping[str, Run]] | None = None
    is_late: bool = False

    def runs(self) -> Mapping[str, Run]:
        """What is to run now: its parts, or the whole under an empty name."""
        return self.parts() if self.parts is not None else {"": self.run}


async def run_periodically(
    job: PeriodicJob, sweep: Callable[[PeriodicJob], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Call *sweep* with *job* at once and then every period, until *stop* is set. No work signal is needed for it."""
    if job.is_late:
        await sleep_or_stop(job.period_s, stop)
    while not stop.is_set():
        await sweep(job)
        await sleep_or_stop(job.period_s, stop)
