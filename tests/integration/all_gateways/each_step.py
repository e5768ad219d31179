"""What must hold after every step of a walk, whatever is broken at that moment. Numbers: docs/invariants.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orbit_domain.ids import PaymentId
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.storage import Transaction
from tests.integration.all_gateways.walk import Walk
from tests.support.facts import ALL


@dataclass
class StepWatch:
    """Remembers what was recorded, so that nothing is taken back unnoticed."""

    walk: Walk
    recorded: set[tuple[str, str]] = field(default_factory=set)
    watermarks: dict[str, datetime] = field(default_factory=dict)
    statuses: dict[PaymentId, PaymentStatus] = field(default_factory=dict)
    entries: int = 0

    async def look(self) -> list[str]:
        """What is wrong now."""
        payments = await self.walk.all_payments()
        async with self.walk.mixed.world.storage.transaction() as tx:
            return [*await self._cursors(tx), *await self._unread(tx), *self._statuses(payments), *await self._kept(tx)]

    async def _cursors(self, tx: Transaction) -> list[str]:
        """19: watermarks never go back, nor beyond now."""
        found = []
        for cursor in await tx.cursors.all():
            if cursor.watermark is None:
                continue
            before = self.watermarks.get(cursor.source, cursor.watermark)
            if not before <= cursor.watermark <= self.walk.mixed.world.clock.now():
                found.append(f"19: the watermark of {cursor.source} went from {before} to {cursor.watermark}")
            self.watermarks[cursor.source] = cursor.watermark
        return found

    async def _unread(self, tx: Transaction) -> list[str]:
        """18, 20: no watermark passes money that isn't recorded, so no hole and no hidden tail lets anything expire."""
        found = []
        for way in self.walk.mixed.ways:
            for one in way.arrivals():
                name = one.source, one.external_id
                if name in self.recorded:
                    continue
                if await tx.receipts.get(*name) is not None:
                    self.recorded.add(name)
                elif (watermark := self.watermarks.get(one.source)) is not None and watermark > one.at:
                    found.append(f"20: {name} of {one.at} isn't recorded, and the watermark is {watermark}")
        return found

    def _statuses(self, payments: Sequence[Payment]) -> list[str]:
        """33: what has expired was past its deadline in the provider's time. 35: what is confirmed stays so."""
        found = []
        for payment in payments:
            before = self.statuses.get(payment.id)
            if before is PaymentStatus.CONFIRMED and payment.status is not PaymentStatus.CONFIRMED:
                found.append(f"35: {payment.id} was confirmed and is {payment.status}")
            watermark = self.watermarks.get(payment.source)
            is_past = watermark is not None and watermark > payment.expires_at
            if payment.status is PaymentStatus.EXPIRED and not is_past:
                found.append(f"33: {payment.id} has expired before {payment.expires_at}, seen up to {watermark}")
            self.statuses[payment.id] = payment.status
        return found

    async def _kept(self, tx: Transaction) -> list[str]:
        """7: nothing that was recorded goes."""
        entries = len(await tx.ledger.newest(ALL))
        gone = [f"7: {self.entries - entries} entries are gone"] if entries < self.entries else []
        self.entries = entries
        return gone
