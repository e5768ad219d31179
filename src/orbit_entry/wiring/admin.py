"""What the owner and the admins see."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.stats import StatsReader
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.find_user import FindUser
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.show_timeline import ShowTimeline


class ReportsProvider(Provider):
    """What needs the database alone, so that its commands start in a moment."""

    scope = Scope.APP
    use_cases = provide_all(AuditLedger, ShowTimeline, ListUnmatched)


class AdminProvider(Provider):
    """Who is staff, and the statistics they see in the bot."""

    scope = Scope.APP
    use_cases = provide_all(FindUser, ShowStats)

    @provide
    def read_stats(self, reader: StatsReader, clock: Clock) -> ReadStats:
        return ReadStats(reader, clock)
