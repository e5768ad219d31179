"""The machines outside, but for Telegram, panels and ways to pay."""

from collections.abc import AsyncIterable

import httpx
from dishka import Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.no_journal import NoJournalCopies, NoRequestJournal
from orbit_adapters.charts.painter import MatplotlibPainter
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.trends import SqlTrends
from orbit_adapters.system.ids import SystemIds
from orbit_adapters.tracing.http_client import TracedClient
from orbit_domain.access.rebalance import RebalancePace
from orbit_domain.backup.backup import shop_print
from orbit_domain.backup.ports import BackupCopies, BackupPlace, Backups
from orbit_domain.chart import ChartPainter
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.adjustments import AdjustmentLimit
from orbit_domain.money import BaseCurrency, Money
from orbit_domain.payment.payment import TopUpLimits
from orbit_domain.request_journal.ports import JournalCopies, RequestJournal
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.stats import StatsReader, TrendsReader
from orbit_domain.use_cases.keep_backups import BackupPace
from orbit_domain.use_cases.send_day_summary import SummaryHour
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.backup_process import BackupProcess
from orbit_entry.runtime.given_settings import given_settings
from orbit_entry.runtime.recorded_copies import RecordedCopies


class AdaptersProvider(Provider):
    """Which adapter plays which port, as the settings say."""

    scope = Scope.APP
    settings = from_context(Settings)
    ids = provide(SystemIds, provides=Ids)
    painter = provide(MatplotlibPainter, provides=ChartPainter)

    @provide
    async def http(self) -> AsyncIterable[httpx.AsyncClient]:
        async with TracedClient() as client:
            yield client

    @provide
    def stats_reader(self, engine: AsyncEngine, base: BaseCurrency) -> StatsReader:
        return SqlStats(engine, base)

    @provide
    def trends_reader(self, engine: AsyncEngine, base: BaseCurrency) -> TrendsReader:
        return SqlTrends(engine, base)

    @provide
    def owner(self, settings: Settings) -> TelegramId | None:
        return settings.owner

    @provide
    def adjustment_limit(self, settings: Settings, base: BaseCurrency) -> AdjustmentLimit:
        return AdjustmentLimit(Money(settings.adjustment_limit_units, base))

    @provide
    def top_up_limits(self, settings: Settings, base: BaseCurrency) -> TopUpLimits:
        return TopUpLimits.of(base, settings.top_up_preset_units)

    @provide
    def rebalance_pace(self, settings: Settings) -> RebalancePace:
        return RebalancePace(settings.rebalance_per_hour)

    @provide
    def backups(self, settings: Settings) -> Backups:
        shop, folder = shop_print(settings.bot_id), BackupFolder(settings.backups)
        place = BackupPlace.DATA if settings.backup_dir is None else BackupPlace.CHOSEN
        return BackupProcess(folder, shop, has_key=bool(settings.backup_public_key), place=place)

    @provide
    def backup_copies(self, settings: Settings) -> BackupCopies:
        return RecordedCopies(CopyRecords(settings.backups), settings.backup_destinations)

    @provide
    def request_journal(self, settings: Settings) -> RequestJournal:
        if not settings.is_journalled:
            return NoRequestJournal()
        from orbit_adapters.backup.age_keys import read_recipients  # A shop without a key has no encryption loaded.
        from orbit_adapters.backup.request_journal import EncryptedRequestJournal

        recipients = read_recipients(settings.backup_public_key)
        return EncryptedRequestJournal(BackupFolder(settings.backups), shop_print(settings.bot_id), recipients)

    @provide
    def journal_copies(self, settings: Settings) -> JournalCopies:
        if not (settings.is_journalled and settings.backup_s3_bucket):
            return NoJournalCopies()
        from orbit_adapters.backup.journal_copies import JournalsInS3  # A shop without a bucket loads no library of it.
        from orbit_entry.runtime.backup_copies import store_of

        shop = shop_print(settings.bot_id)
        return JournalsInS3(JournalFolder(settings.backups, shop), shop, store_of(settings))

    @provide
    def backup_pace(self, settings: Settings) -> BackupPace:
        return BackupPace(settings.backup_pace)

    @provide
    def current_settings(self, settings: Settings) -> CurrentSettings:
        return CurrentSettings(given_settings(settings))

    @provide
    def summary_hour(self, settings: Settings) -> SummaryHour:
        return SummaryHour(settings.summary_hour)
