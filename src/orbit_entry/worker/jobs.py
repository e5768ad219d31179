"""The list of background jobs: which use case each one runs, and how often."""

from dataclasses import dataclass

import structlog

from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.backup_when_asked import CarryOutBackup
from orbit_domain.use_cases.book_reversals import BookReversals
from orbit_domain.use_cases.carry_out_evacuations import CarryOutEvacuations
from orbit_domain.use_cases.carry_out_renewal_wishes import CarryOutRenewalWishes
from orbit_domain.use_cases.charge_cards import ChargeCards
from orbit_domain.use_cases.clean_old_data import CleanOldData
from orbit_domain.use_cases.clean_up_when_asked import CarryOutCleanUp
from orbit_domain.use_cases.copy_journals import CopyJournals
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.end_replay import EndReplay, WatchReplay
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.journal_requests import JournalRequests
from orbit_domain.use_cases.keep_backups import KeepBackups
from orbit_domain.use_cases.keep_cards import KeepCards
from orbit_domain.use_cases.mend_drift import DriftReport, MendDrift
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.queue_broadcasts import QueueBroadcasts
from orbit_domain.use_cases.read_receipts import ReadReceipts
from orbit_domain.use_cases.rebalance_keys import RebalanceKeys
from orbit_domain.use_cases.record_rates import RecordRates
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.renew_subscriptions import RenewSubscriptions
from orbit_domain.use_cases.send_day_summary import SendDaySummary
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.settle_referrals import SettleReferrals
from orbit_domain.use_cases.start_card_renewals import StartCardRenewals
from orbit_domain.use_cases.sweep_panels import CarryOutSweep
from orbit_domain.use_cases.tell_events import TellEvents
from orbit_entry.runtime.periodic_job import Intervals, JobName, PeriodicJob, Run

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Jobs:
    """The use cases that run in the background."""

    read_receipts: ReadReceipts
    record_rates: RecordRates
    settle_receipts: SettleReceipts
    book_reversals: BookReversals
    expire_payments: ExpirePayments
    provision_keys: ProvisionKeys
    mend_drift: MendDrift
    carry_out_evacuations: CarryOutEvacuations
    carry_out_sweep: CarryOutSweep
    rebalance_keys: RebalanceKeys
    queue_broadcasts: QueueBroadcasts
    deliver_notices: DeliverNotices
    renew_subscriptions: RenewSubscriptions
    keep_cards: KeepCards
    start_card_renewals: StartCardRenewals
    charge_cards: ChargeCards
    carry_out_renewal_wishes: CarryOutRenewalWishes
    remind_expiring: RemindExpiring
    settle_referrals: SettleReferrals
    alert_delayed_orders: AlertDelayedOrders
    tell_events: TellEvents
    send_day_summary: SendDaySummary
    clean_old_data: CleanOldData
    carry_out_clean_up: CarryOutCleanUp
    keep_backups: KeepBackups
    watch_replay: WatchReplay
    end_replay: EndReplay
    carry_out_backup: CarryOutBackup
    journal_requests: JournalRequests
    copy_journals: CopyJournals

    def jobs(self, intervals: Intervals) -> tuple[PeriodicJob, ...]:
        """Return every job with its period from *intervals*.

        After a restore some wait until what was paid since the backup is known: those that charge somebody, take
        something from somebody, or say that time runs out.
        """
        after_replay = self._after_replay
        return (
            PeriodicJob(JobName.MONEY, intervals.chain_s, self.read_and_settle),
            PeriodicJob(JobName.RATES, intervals.rates_s, self.record_rates),
            PeriodicJob(JobName.EXPIRY, intervals.sweep_s, self.expire_payments),
            PeriodicJob(JobName.KEYS, intervals.panel_s, self.provision_keys, self.provision_keys.turns),
            PeriodicJob(JobName.RECENT_KEYS, intervals.recent_keys_s, after_replay(self.look_at_recent), is_late=True),
            PeriodicJob(JobName.DRIFT, intervals.drift_s, after_replay(self.mend_panels), is_late=True),
            PeriodicJob(JobName.SWEEP, intervals.wishes_s, after_replay(self.sweep_when_asked)),
            PeriodicJob(JobName.EVACUATIONS, intervals.wishes_s, after_replay(self.carry_out_evacuations)),
            PeriodicJob(JobName.REBALANCE, intervals.rebalance_s, after_replay(self.rebalance_keys)),
            PeriodicJob(JobName.BROADCASTS, intervals.broadcasts_s, self.queue_broadcasts),
            PeriodicJob(JobName.NOTICES, intervals.notices_s, self.deliver_notices),
            PeriodicJob(JobName.RENEWALS, intervals.sweep_s, after_replay(self.renew)),
            PeriodicJob(JobName.REMINDERS, intervals.sweep_s, after_replay(self.remind_expiring)),
            PeriodicJob(JobName.REFERRALS, intervals.sweep_s, self.settle_referrals),
            PeriodicJob(JobName.DELIVERIES, intervals.sweep_s, self.alert_delayed_orders),
            PeriodicJob(JobName.EVENTS, intervals.sweep_s, self.tell_staff),
            PeriodicJob(JobName.OLD_DATA, intervals.old_data_s, self.clean_old_data, is_late=True),
            PeriodicJob(JobName.CLEAN_UP, intervals.wishes_s, self.carry_out_clean_up),
            PeriodicJob(JobName.BACKUPS, intervals.backups_s, self.keep_backups, is_late=True),
            PeriodicJob(JobName.ASKED_BACKUP, intervals.wishes_s, self.carry_out_backup),
            PeriodicJob(JobName.JOURNAL, intervals.journal_s, self.journal_requests),
            PeriodicJob(JobName.JOURNAL_COPIES, intervals.journal_s, self.copy_journals),
        )

    def _after_replay(self, run: Run) -> Run:
        async def unless_replaying() -> None:
            if not await self.watch_replay():
                await run()

        return unless_replaying

    async def look_at_recent(self) -> None:
        """Ask for the accounts that were confirmed lately."""
        await self.mend_drift.look_at_recent()

    async def mend_panels(self) -> None:
        """Sweep all panels; what a person must agree to first stands in the log, and in the audit's next run."""
        _log_report(await self.mend_drift())

    async def sweep_when_asked(self) -> None:
        """Sweep all panels if the owner has asked for it; what was found is shown there, too."""
        report = await self.carry_out_sweep()
        if report is not None:
            _log_report(report)

    async def renew(self) -> None:
        """Pass on what customers wish of renewals, then renew what ends soon: from the balance first, then by cards."""
        await self.carry_out_renewal_wishes()
        await self.renew_subscriptions()
        await self.keep_cards()
        await self.start_card_renewals()
        await self.charge_cards()

    async def tell_staff(self) -> None:
        """Tell the chosen chats what happens, and once a day how the day before was."""
        await self.tell_events()
        await self.send_day_summary()

    async def read_and_settle(self) -> None:
        """Read the sources as far as they can be proved, then settle, also when reading fails half-way.

        What has gone back is booked last: it takes back what a settlement has given.
        """
        try:
            report = await self.read_receipts()
            while report.reads_on:
                await self.settle_receipts()
                report = await self.read_receipts()
            for reason in report.unavailable:
                log.warning("source_unavailable", reason=reason)
        finally:
            await self.settle_receipts()
            await self.book_reversals()
            if await self.watch_replay():
                await self._go_on_with_replay()

    async def _go_on_with_replay(self) -> None:
        replay = await self.end_replay()
        if replay is None:
            log.info("replay_ended")
        else:
            log.info("replay_runs", behind=replay.behind, restored_at=replay.restored_at.isoformat())


def _log_report(report: DriftReport) -> None:
    for panel_id, harmful in report.waiting.items():
        log.warning("drift_waits", panel=panel_id, harmful=harmful, next="orbit panel sweep")
    for panel_id, reason in report.not_swept.items():
        log.warning("panel_not_swept", panel=panel_id, reason=reason)
