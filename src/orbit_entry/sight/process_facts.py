"""What a process knows by itself, as metrics: its updates, statements, caches, jobs, and what it finds down."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import Panels
from orbit_domain.clock import Clock
from orbit_entry.bot.update_meter import LIMITS_S, UpdateMeter
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.sight.loop_lag import LoopLag
from orbit_entry.worker.worker import Worker

Facts = Callable[[], Iterable[Metric]]
"""Says one group of metrics, each time they are asked for. It is quick, and asks nobody."""


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """The updates that this process has handled."""

    meter: UpdateMeter
    kinds: Sequence[str]

    def __call__(self) -> Iterator[Metric]:
        """How they ended, and how long they took."""
        ended = CounterMetricFamily("orbit_updates", "Updates, by kind and outcome", labels=["kind", "outcome"])
        # Also what hasn't happened yet: to Prometheus a number that appears hasn't grown.
        for kind in self.kinds:
            for outcome in UpdateOutcome:
                ended.add_metric([kind, outcome.value], self.meter.ended[kind, outcome])
        yield ended
        limits = [*map(str, LIMITS_S), "+Inf"]
        buckets = list(zip(limits, accumulate(self.meter.within), strict=True))
        told = "Seconds from the arrival of an update to its end"
        yield HistogramMetricFamily("orbit_update_seconds", told, buckets=buckets, sum_value=self.meter.seconds)


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What was sent to the database."""

    slow_query_log: SlowQueryLog

    def __call__(self) -> Iterator[Metric]:
        """All statements, and the slow ones."""
        yield CounterMetricFamily("orbit_sql_statements", "Statements sent", value=self.slow_query_log.sent)
        yield CounterMetricFamily("orbit_sql_slow_statements", "Slow statements", value=self.slow_query_log.total)


@dataclass(frozen=True, slots=True)
class EphemeralFacts:
    """Cache and Redis."""

    ephemeral: EphemeralState

    def __call__(self) -> Iterator[Metric]:
        """What the cache had, how Redis answered, and whether it is left alone now."""
        reads = CounterMetricFamily("orbit_cache_reads", "Reads of the cache, by outcome", labels=["outcome"])
        counted = self.ephemeral.cache_reads()
        for outcome in ("hit", "miss"):
            reads.add_metric([outcome], counted[outcome])
        yield reads
        client = self.ephemeral.client
        asked = CounterMetricFamily("orbit_redis_operations", "Operations on Redis, by outcome", labels=["outcome"])
        for outcome, count in client.counts.items() if client is not None else ():
            asked.add_metric([outcome.value], count)
        yield asked
        circuit = GaugeMetricFamily("orbit_circuit_open", "1: it isn't called, because it fails", labels=["of"])
        if client is not None:
            circuit.add_metric(["redis"], client.is_circuit_open)
        yield circuit


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The background jobs of this process. Where several share the work, the best of them counts.

    The label isn't `job`: Prometheus calls the process so that it has read, and would rename ours.
    """

    worker: Worker
    clock: Clock

    def __call__(self) -> Iterator[Metric]:
        """How they went, and how overdue they are."""
        jobs, runs = self.worker.jobs, self.worker.runs
        ended = CounterMetricFamily("orbit_job_runs", "Runs of a job, by outcome", labels=["job_name", "outcome"])
        lag = GaugeMetricFamily("orbit_job_lag_seconds", "For so long a success has been overdue", labels=["job_name"])
        told = "When the job succeeded last"
        last = GaugeMetricFamily("orbit_job_last_success_timestamp_seconds", told, labels=["job_name"])
        now = self.clock.now()
        for job in jobs:
            ended.add_metric([job.name, "succeeded"], runs.succeeded[job.name])
            ended.add_metric([job.name, "failed"], runs.failed[job.name])
            lag.add_metric([job.name], runs.lag_s(job))
            if (since_s := runs.since_success_s(job.name)) is not None:
                last.add_metric([job.name], (now - timedelta(seconds=since_s)).timestamp())
        yield from (ended, lag, last)


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """Whether this process finds the panels in order."""

    panels: Panels
    breakers: PanelBreakers

    def __call__(self) -> Iterator[Metric]:
        """One for each panel."""
        up = GaugeMetricFamily("orbit_panel_up", "0: its last calls have failed", labels=["panel"])
        for panel in self.panels.all():
            up.add_metric([str(panel.panel_id)], not self.breakers.is_failing(panel.panel_id))
        yield up


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """The event loop."""

    lag: LoopLag

    def __call__(self) -> Iterator[Metric]:
        """Its worst delay."""
        told = "The longest that anything waited for the event loop in the last minute"
        yield GaugeMetricFamily("orbit_event_loop_lag_seconds", told, value=self.lag.worst_s)


@dataclass(frozen=True, slots=True)
class DegradedFacts:
    """The modes in which the shop goes on with less, each with how this process finds out; it knows no others."""

    modes: dict[str, Callable[[], bool]]

    def __call__(self) -> Iterator[Metric]:
        """1 for each that holds."""
        degraded = GaugeMetricFamily("orbit_degraded", "1: the shop goes on with less", labels=["mode"])
        for mode, holds in self.modes.items():
            degraded.add_metric([mode], holds())
        yield degraded
