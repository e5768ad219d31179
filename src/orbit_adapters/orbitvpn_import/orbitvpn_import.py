"""An OrbitVPN database brought over: read, decided, shown, recorded, compared."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.connections import begun, opened, plain_refusals
from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.planning import plan_import
from orbit_adapters.orbitvpn_import.reading import read_old_shop
from orbit_adapters.orbitvpn_import.reconciliation import Reconciliation, reconcile
from orbit_adapters.orbitvpn_import.writing import Brought, Writing
from orbit_adapters.sql.admin_log import SqlAdminLog
from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.ledger_audit import checked
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.storage import AdminAction


@dataclass(frozen=True, slots=True)
class ImportOutlook:
    """What is to come, what of it is here, and what the audit of our books says."""

    plan: ImportPlan
    standing: Reconciliation
    books: LedgerAudit

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to stay behind and nothing contradicts."""
        return not self.plan.refused.count and not self.standing.contradictions

    @property
    def is_whole(self) -> bool:
        """Whether everything that could come is here."""
        return self.is_clean and self.standing.is_complete


Planned = Callable[[ImportOutlook], None]
"""Hears what is to come, before anything is recorded."""


@dataclass(frozen=True, slots=True)
class OrbitvpnImport:
    """Brings the OrbitVPN database at *source* into ours at *target*; safe to break off and to repeat.

    *zone* is where the old machine's clock stood: it wrote the ends of subscriptions in local time. *actor* is who
    asked for it, for the audit log.
    """

    source: str
    target: str
    zone: ZoneInfo
    clock: Clock
    ids: Ids
    actor: str
    batch: int = 200

    async def look(self) -> ImportOutlook:
        """What would come. Nothing is changed. Raises CopyRefused, StorageError."""
        await self._right_schema()
        shop = await read_old_shop(self.source)
        return await self._outlook(plan_import(shop, self.zone, self.clock.now()))

    async def run(self, planned: Planned, brought: Brought) -> ImportOutlook:
        """Bring what isn't here, then look everything up. Raises CopyRefused, StorageError."""
        outlook = await self.look()
        planned(outlook)
        if outlook.standing.is_complete:
            return outlook
        with plain_refusals("The database of DATABASE_URL"):
            async with opened(self.target) as engine:
                writing = Writing(engine, self.ids, self.clock.now(), self.batch, brought)
                await writing.write(outlook.plan)
                async with begun(engine) as connection:
                    await SqlAdminLog(connection).add(self._record(outlook.plan))
        return await self._outlook(outlook.plan)

    async def _outlook(self, plan: ImportPlan) -> ImportOutlook:
        with plain_refusals("The database of DATABASE_URL"):
            async with opened(self.target) as engine, begun(engine) as connection:
                return ImportOutlook(plan, await reconcile(connection, plan), await checked(connection))

    async def _right_schema(self) -> None:
        try:
            await require_schema(self.target)
        except (SchemaError, UnusableDatabase) as error:
            raise CopyRefused(f"The database of DATABASE_URL: {error}") from None

    def _record(self, plan: ImportPlan) -> AdminAction:
        reason = f"{len(plan.users)} users, {len(plan.keys)} keys, {len(plan.payments)} payments"
        return AdminAction(self.ids.uuid(), self.actor, "import", "orbitvpn", reason, self.clock.now())
