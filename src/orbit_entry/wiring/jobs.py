"""The background jobs, and how workers share their periods."""

from dishka import Provider, Scope, provide

from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.worker.jobs import Jobs
from orbit_entry.worker.worker import NoPeriodLock, PeriodLock


def _period_lock(ephemeral: EphemeralState) -> PeriodLock:
    if ephemeral.client is None:
        return NoPeriodLock()
    from orbit_adapters.redis.period_lock import RedisPeriodLock

    return RedisPeriodLock(ephemeral.client)


class JobsProvider(Provider):
    """What a worker runs."""

    scope = Scope.APP
    jobs = provide(Jobs)

    @provide
    def period_lock(self, ephemeral: EphemeralState) -> PeriodLock:
        return _period_lock(ephemeral)
