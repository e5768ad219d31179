"""What the folder of backups says, as metrics."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric

from orbit_domain.backup.backup import Backup
from orbit_domain.backup.copies import KnownCopies
from orbit_domain.backup.ports import BackupCopies, Backups
from orbit_domain.backup.retention import newest_verified
from orbit_domain.clock import Clock


class BackupFacts:
    """The newest backup that was restored and found equal. Its age is as of the scrape; without one it is infinite.

    A shop that isn't set up for backups, or has tried none yet, shows nothing: the doctor speaks of that.
    """

    def __init__(self, backups: Backups, copies: BackupCopies, clock: Clock) -> None:
        self._backups = backups
        self._copies = copies
        self._clock = clock
        self._known: Sequence[Backup] = ()
        self._is_tried = False
        self._known_copies: Sequence[KnownCopies] = ()

    async def look(self) -> None:
        """Look into the folder."""
        self._known = await self._backups.all()
        self._known_copies = await self._copies.known()
        has_failed = await self._backups.failed() is not None
        self._is_tried = self._backups.is_set_up and (has_failed or bool(self._known))

    def __call__(self) -> Iterator[Metric]:
        """Its age and its size, and how old the newest copy is at each destination."""
        age = GaugeMetricFamily("orbit_backup_age_seconds", "Since the newest verified backup", labels=[])
        size = GaugeMetricFamily("orbit_backup_bytes", "How large that one is", labels=[])
        if self._is_tried:
            good = newest_verified(self._known)
            age.add_metric([], float("inf") if good is None else (self._clock.now() - good.taken_at).total_seconds())
            size.add_metric([], 0 if good is None else good.size)
        yield from (age, size, self._ages_of_copies())

    def _ages_of_copies(self) -> Metric:
        """Of each destination where a copy was tried. One that holds nothing yet and had nothing to take isn't old."""
        age = GaugeMetricFamily(
            "orbit_backup_copy_age_seconds", "Since the newest copy at a destination was taken", labels=["destination"]
        )
        for copies in self._known_copies:
            newest = copies.newest_taken_at
            if newest is not None:
                age.add_metric([copies.destination.value], (self._clock.now() - newest).total_seconds())
            elif copies.problem:
                age.add_metric([copies.destination.value], float("inf"))
        return age
