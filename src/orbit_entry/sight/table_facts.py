"""What the tables say, as metrics. Ages are as of the scrape, so they grow also while nothing can be read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric

from orbit_adapters.sql.vitals import DELIVERY_LIMITS_S, Deliveries, PanelVitals, Vitals
from orbit_domain.clock import Clock
from orbit_domain.steps.method_availability import STALE_AFTER
from orbit_entry.sight.kept_vitals import KeptVitals


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was read last. Of watermarks only those of *sources*, which are read now, can be stale."""

    vitals: KeptVitals
    clock: Clock
    sources: Collection[str]

    def __call__(self) -> Iterator[Metric]:
        """Nothing before the first reading."""
        found = self.vitals.last
        if found is None:
            return
        now = self.clock.now()
        told = "When the tables were read last"
        yield GaugeMetricFamily("orbit_tables_read_timestamp_seconds", told, value=found.at.timestamp())
        yield from self._orders(found, now)
        yield from self._money(found, now)
        yield from self._outbox(found, now)
        yield from self._panels(found)

    def is_stale(self) -> bool:
        """Whether any source hasn't been read for so long that what it is for isn't offered."""
        found = self.vitals.last
        ages = () if found is None else self._ages(found, self.clock.now())
        return any(age > STALE_AFTER.total_seconds() for _, age in ages)

    def _ages(self, found: Vitals, now: datetime) -> Iterator[tuple[str, float]]:
        for source, watermark in sorted(found.watermarks.items()):
            if source in self.sources:
                yield source, _age(watermark, now)

    @staticmethod
    def _orders(found: Vitals, now: datetime) -> Iterator[Metric]:
        told = "Orders that are paid and not delivered"
        yield GaugeMetricFamily("orbit_undelivered_orders", told, value=found.undelivered.count)
        told = "For how long the first of them has waited"
        yield GaugeMetricFamily("orbit_undelivered_seconds", told, value=_age(found.undelivered.since, now))
        told = "Seconds from payment to delivery of what was sold in the last day"
        buckets = _buckets(found.deliveries)
        yield GaugeHistogramMetricFamily(
            "orbit_delivery_seconds", told, buckets=buckets, gsum_value=found.deliveries.total_s
        )

    def _money(self, found: Vitals, now: datetime) -> Iterator[Metric]:
        told = "Payments that were asked for in the last day, by method and state"
        payments = GaugeMetricFamily("orbit_payments", told, labels=["method", "state"])
        for (method, state), number in sorted(found.payments.items()):
            payments.add_metric([method, state], number)
        count = GaugeMetricFamily("orbit_unmatched_receipts", "Receipts without an owner", labels=["asset"])
        amount = GaugeMetricFamily("orbit_unmatched_amount", "What they add up to", labels=["asset"])
        for asset, (receipts, total) in sorted(found.unmatched.items()):
            count.add_metric([asset], receipts)
            amount.add_metric([asset], float(total))
        age = GaugeMetricFamily("orbit_source_age_seconds", "Up to so long ago it was read", labels=["source"])
        for source, seconds in self._ages(found, now):
            age.add_metric([source], seconds)
        yield from (payments, count, amount, age)

    @staticmethod
    def _outbox(found: Vitals, now: datetime) -> Iterator[Metric]:
        count = GaugeMetricFamily("orbit_outbox_messages", "Messages that are due, by topic", labels=["topic"])
        told = "For how long the first of them has been due"
        oldest = GaugeMetricFamily("orbit_outbox_oldest_seconds", told, labels=["topic"])
        told = "Messages that have failed at least once and are tried again"
        failing = GaugeMetricFamily("orbit_outbox_failing_messages", told, labels=["topic"])
        for topic, one in sorted(found.outbox.items()):
            count.add_metric([topic], one.due.count)
            oldest.add_metric([topic], _age(one.due.since, now))
            failing.add_metric([topic], one.failing)
        told = "Messages of the last day that were given up; unreadable: somebody wasn't told what is true"
        lost = GaugeMetricFamily("orbit_outbox_lost_messages", told, labels=["topic", "reason"])
        for given_up in found.lost:
            lost.add_metric([given_up.topic, given_up.reason], given_up.count)
        yield from (count, oldest, failing, lost)

    @staticmethod
    def _panels(found: Vitals) -> Iterator[Metric]:
        told = "Keys that live there, counted every ten minutes"
        keys = GaugeMetricFamily("orbit_panel_keys", told, labels=["panel"])
        capacity = GaugeMetricFamily("orbit_panel_capacity", "Keys that it may hold", labels=["panel"])
        told = "Keys that it has yet to confirm"
        unconfirmed = GaugeMetricFamily("orbit_panel_unconfirmed_keys", told, labels=["panel"])
        for panel, one in sorted(found.panels.items()):
            _add_panel(panel, one, keys, capacity, unconfirmed)
        yield from (keys, capacity, unconfirmed)


def _add_panel(
    panel: str, one: PanelVitals, keys: GaugeMetricFamily, capacity: GaugeMetricFamily, unconfirmed: GaugeMetricFamily
) -> None:
    keys.add_metric([panel], one.keys)
    unconfirmed.add_metric([panel], one.unconfirmed)
    if one.capacity is not None:
        capacity.add_metric([panel], one.capacity)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _buckets(found: Deliveries) -> list[tuple[str, float]]:
    counts = [(f"{limit:.1f}", float(count)) for limit, count in zip(DELIVERY_LIMITS_S, found.within, strict=True)]
    return [*counts, ("+Inf", float(found.count))]
