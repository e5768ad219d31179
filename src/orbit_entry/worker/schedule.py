"""Which verbs turn, and how often."""

from dataclasses import dataclass

from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.watch_deliveries import WatchDeliveries
from orbit_entry.worker.loops import Loop
from orbit_entry.worker.pace import Pace
from orbit_entry.worker.work import Work


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that turns in the background."""

    scan_transfers: ScanTransfers
    settle_receipts: SettleReceipts
    expire_payments: ExpirePayments
    provision_keys: ProvisionKeys
    deliver_notices: DeliverNotices
    remind_expiring: RemindExpiring
    watch_deliveries: WatchDeliveries

    def loops(self, pace: Pace) -> tuple[Loop, ...]:
        """The loops at *pace*."""
        return (
            Loop(Work.MONEY, pace.chain_s, self.take_money),
            Loop(Work.EXPIRY, pace.sweep_s, self.expire_payments),
            Loop(Work.KEYS, pace.panel_s, self.provision_keys),
            Loop(Work.NOTICES, pace.notices_s, self.deliver_notices),
            Loop(Work.REMINDERS, pace.sweep_s, self.remind_expiring),
            Loop(Work.DELIVERIES, pace.sweep_s, self.watch_deliveries),
        )

    async def take_money(self) -> None:
        """Read the chain as far as it can be proved, then settle what came, also when reading failed half-way."""
        try:
            report = await self.scan_transfers()
            while not report.complete and report.alarm is None:
                await self.settle_receipts()
                report = await self.scan_transfers()
        finally:
            await self.settle_receipts()
