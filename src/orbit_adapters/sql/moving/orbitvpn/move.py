"""An OrbitVPN database brought over: read, decided, shown, recorded, compared."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orbit_adapters.sql.audit import SqlAudit
from orbit_adapters.sql.books import checked
from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.moving.orbitvpn.judging import plan_move
from orbit_adapters.sql.moving.orbitvpn.plan import MovePlan
from orbit_adapters.sql.moving.orbitvpn.reading import read_old_shop
from orbit_adapters.sql.moving.orbitvpn.standing import Standing, stand
from orbit_adapters.sql.moving.orbitvpn.writing import Brought, Writing
from orbit_adapters.sql.moving.refused import MoveRefused
from orbit_adapters.sql.moving.sides import begun, opened, plain_refusals
from orbit_adapters.sql.required import WrongSchema, require_schema
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.ledger.ports import BooksCheck
from orbit_domain.storage import AuditRecord


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come, what of it is here, and what the audit of our books says."""

    plan: MovePlan
    standing: Standing
    books: BooksCheck

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to stay behind and nothing contradicts."""
        return not self.plan.refused.count and not self.standing.contradictions

    @property
    def is_whole(self) -> bool:
        """Whether everything that could come is here."""
        return self.is_clean and self.standing.is_complete


Planned = Callable[[Outlook], None]
"""Hears what is to come, before anything is recorded."""


@dataclass(frozen=True, slots=True)
class OldShopMove:
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

    async def look(self) -> Outlook:
        """What would come. Nothing is changed. Raises MoveRefused, StorageTrouble."""
        await self._right_schema()
        shop = await read_old_shop(self.source)
        return await self._outlook(plan_move(shop, self.zone, self.clock.now()))

    async def run(self, planned: Planned, brought: Brought) -> Outlook:
        """Bring what isn't here, then look everything up. Raises MoveRefused, StorageTrouble."""
        outlook = await self.look()
        planned(outlook)
        if outlook.standing.is_complete:
            return outlook
        with plain_refusals("The database of DATABASE_URL"):
            async with opened(self.target) as engine:
                writing = Writing(engine, self.ids, self.clock.now(), self.batch, brought)
                await writing.write(outlook.plan)
                async with begun(engine) as connection:
                    await SqlAudit(connection).add(self._record(outlook.plan))
        return await self._outlook(outlook.plan)

    async def _outlook(self, plan: MovePlan) -> Outlook:
        with plain_refusals("The database of DATABASE_URL"):
            async with opened(self.target) as engine, begun(engine) as connection:
                return Outlook(plan, await stand(connection, plan), await checked(connection))

    async def _right_schema(self) -> None:
        try:
            await require_schema(self.target)
        except (WrongSchema, UnusableDatabase) as error:
            raise MoveRefused(f"The database of DATABASE_URL: {error}") from None

    def _record(self, plan: MovePlan) -> AuditRecord:
        reason = f"{len(plan.users)} users, {len(plan.keys)} keys, {len(plan.payments)} payments"
        return AuditRecord(self.ids.uuid(), self.actor, "import", "orbitvpn", reason, self.clock.now())
