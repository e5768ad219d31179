"""What the owner and the admins see."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.access.ports import Panels
from orbit_domain.chart import ChartPainter
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.stats import StatsReader, TrendsReader
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.audit_panels import AuditPanels
from orbit_domain.use_cases.book_record import BookRecord
from orbit_domain.use_cases.compare_source import CompareSource
from orbit_domain.use_cases.draw_chart import DrawChart
from orbit_domain.use_cases.explain_placement import ExplainPlacement
from orbit_domain.use_cases.find_user import FindUser
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.mend_keys import MendKeys
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_domain.use_cases.read_delivery_level import ReadDeliveryLevel
from orbit_domain.use_cases.read_period import ReadPeriod
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.reconcile import Reconcile
from orbit_domain.use_cases.refund_order import RefundOrder
from orbit_domain.use_cases.refund_payment import RefundPayment
from orbit_domain.use_cases.show_closing import ShowClosing
from orbit_domain.use_cases.show_health import ShowHealth
from orbit_domain.use_cases.show_metrics import ShowMetrics
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_domain.use_cases.show_trends import ShowTrends


class ReportsProvider(Provider):
    """What needs the database alone, so that its commands start in a moment."""

    scope = Scope.APP
    use_cases = provide_all(AuditLedger, ShowTimeline, ListUnmatched, ReadBaseCurrency, ShowClosing)

    @provide
    def read_period(self, storage: Storage) -> ReadPeriod:
        return ReadPeriod(storage)

    @provide
    def read_delivery_level(self, storage: Storage, clock: Clock) -> ReadDeliveryLevel:
        return ReadDeliveryLevel(storage, clock)


class AdminProvider(Provider):
    """Who is staff, what staff may do and see, and the audit that needs the panels too."""

    scope = Scope.APP
    use_cases = provide_all(
        FindUser,
        ShowStats,
        ShowHealth,
        ShowMetrics,
        RefundOrder,
        RefundPayment,
        MendKeys,
        ExplainPlacement,
    )

    @provide
    def read_stats(self, reader: StatsReader, clock: Clock) -> ReadStats:
        return ReadStats(reader, clock)

    @provide
    def show_trends(self, storage: Storage, clock: Clock, reader: TrendsReader, owner: TelegramId | None) -> ShowTrends:
        return ShowTrends(storage, clock, reader, owner)

    @provide
    def draw_chart(self, painter: ChartPainter) -> DrawChart:
        return DrawChart(painter)

    @provide
    def audit_panels(self, storage: Storage, clock: Clock, panels: Panels) -> AuditPanels:
        return AuditPanels(storage, clock, panels)

    @provide
    def reconcile(self, storage: Storage, clock: Clock, sources: ReceiptSources) -> Reconcile:
        return Reconcile(storage, clock, sources, CompareSource(storage))

    @provide
    def book_record(
        self,
        storage: Storage,
        clock: Clock,
        ids: Ids,
        sources: ReceiptSources,
        owner: TelegramId | None,
        transfer_names: TransferNames,
    ) -> BookRecord:
        return BookRecord(storage, clock, ids, sources, owner, transfer_names)
