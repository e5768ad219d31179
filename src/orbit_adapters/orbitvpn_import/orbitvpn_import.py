"""Imports an OrbitVPN database: reads, plans, shows the plan, writes and reconciles."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.connections import (
    CopyRefused,
    begin_transaction,
    open_database,
    translate_driver_errors,
)
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.planning import plan_import
from orbit_adapters.orbitvpn_import.reading import read_orbitvpn
from orbit_adapters.orbitvpn_import.reconciliation import Reconciliation, reconcile
from orbit_adapters.orbitvpn_import.writing import OnProgress, PlanWriter
from orbit_adapters.sql.admin_log import SqlAdminLog
from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.ledger_audit import audit_ledger
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.money import RUB, Currency
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The plan, how much of it the target holds, and the audit of the target's ledger."""

    plan: ImportPlan
    reconciliation: Reconciliation
    audit: LedgerAudit

    @property
    def is_clean(self) -> bool:
        """Whether no row is rejected and none contradicts the target."""
        return not self.plan.rejected.count and not self.reconciliation.contradictions

    @property
    def is_complete(self) -> bool:
        """Whether the target holds the whole plan."""
        return self.is_clean and self.reconciliation.is_complete


_IN_ROUBLES = ("Next: import into a new database, with ORBIT_CURRENCY=RUB.",)

OnPlan = Callable[[ImportReport], None]
"""Called with the preview before anything is written."""


@dataclass(frozen=True, slots=True)
class OrbitvpnImport:
    """Imports the OrbitVPN database at *source* into the Orbit database at *target*; safe to interrupt and to repeat.

    *zone* is the time zone of the old machine, which wrote the ends of subscriptions in local time. *actor* goes
    to the admin log. *base* is the currency of the new shop: an OrbitVPN shop is in roubles.
    """

    source: str
    target: str
    zone: ZoneInfo
    clock: Clock
    ids: Ids
    actor: str
    base: Currency
    batch: int = 200

    async def preview(self) -> ImportReport:
        """What would be imported. Nothing is changed. Raises CopyRefused, StorageError."""
        await self._check_schema()
        await self._check_currency()
        data = await read_orbitvpn(self.source)
        return await self._report(plan_import(data, self.zone, self.clock.now()))

    async def run(self, on_plan: OnPlan, on_progress: OnProgress) -> ImportReport:
        """Import what is missing, then reconcile the whole plan. Raises CopyRefused, StorageError."""
        report = await self.preview()
        on_plan(report)
        if report.reconciliation.is_complete:
            return report
        with translate_driver_errors("The database of DATABASE_URL"):
            async with open_database(self.target) as engine:
                writer = PlanWriter(engine, self.ids, self.clock.now(), self.batch, on_progress)
                await writer.write(report.plan)
                async with begin_transaction(engine) as connection:
                    await SqlAdminLog(connection).add(self._record(report.plan))
        return await self._report(report.plan)

    async def _report(self, plan: ImportPlan) -> ImportReport:
        with translate_driver_errors("The database of DATABASE_URL"):
            async with open_database(self.target) as engine, begin_transaction(engine) as connection:
                return ImportReport(plan, await reconcile(connection, plan), await audit_ledger(connection))

    async def _check_schema(self) -> None:
        try:
            await require_schema(self.target)
        except (SchemaError, UnusableDatabase) as error:
            raise CopyRefused(f"The database of DATABASE_URL: {error}") from None

    async def _check_currency(self) -> None:
        """A balance in roubles would be another amount in a shop of another currency."""
        if self.base != RUB:
            raise CopyRefused(f"An OrbitVPN shop is in RUB, and ORBIT_CURRENCY is {self.base.code}.", _IN_ROUBLES)
        with translate_driver_errors("The database of DATABASE_URL"):
            async with open_database(self.target) as engine:
                recorded = await ReadBaseCurrency(SqlStorage(engine, base=RUB))()
        for currency in recorded.all():
            if currency != RUB:
                what = f"An OrbitVPN shop is in RUB, and the shop of DATABASE_URL is in {currency.code}."
                raise CopyRefused(what, _IN_ROUBLES)

    def _record(self, plan: ImportPlan) -> AdminAction:
        reason = f"{len(plan.users)} users, {len(plan.keys)} keys, {len(plan.payments)} payments"
        return AdminAction(self.ids.uuid(), self.actor, "import", "orbitvpn", reason, self.clock.now())
