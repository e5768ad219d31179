"""The whole storage in a database: one connection and one database transaction for each of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from orbit_adapters.sql.admin_log import SqlAdminLog
from orbit_adapters.sql.broadcasts import SqlBroadcasts
from orbit_adapters.sql.cases import SqlCases
from orbit_adapters.sql.comparisons import SqlComparisons
from orbit_adapters.sql.engine import SNAPSHOT
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.gifts import SqlGifts
from orbit_adapters.sql.inbox import SqlInbox
from orbit_adapters.sql.invoice_messages import SqlInvoiceMessages
from orbit_adapters.sql.kept_cards import SqlKeptCards
from orbit_adapters.sql.keys import SqlKeys
from orbit_adapters.sql.ledger import SqlLedger
from orbit_adapters.sql.lookup import Lookup, LookupConnection
from orbit_adapters.sql.old_data import SqlOldDataRows
from orbit_adapters.sql.orders import SqlOrders, SqlPlans
from orbit_adapters.sql.outbox import SqlOutbox
from orbit_adapters.sql.panels import SqlPanelConnections, SqlPanels
from orbit_adapters.sql.payments import SqlPayments
from orbit_adapters.sql.payments_due import SqlPaymentsDue
from orbit_adapters.sql.payout_addresses import SqlPayoutAddresses
from orbit_adapters.sql.payouts import SqlPayouts
from orbit_adapters.sql.periods import SqlPeriods
from orbit_adapters.sql.postgres_lookup import PostgresLookup
from orbit_adapters.sql.promos import SqlPromos
from orbit_adapters.sql.rebalances import SqlRebalances
from orbit_adapters.sql.receipt_claims import SqlReceiptClaims
from orbit_adapters.sql.receipts import SqlReceipts
from orbit_adapters.sql.recent_requests import SqlRecentRequests
from orbit_adapters.sql.referrals import SqlReferrals
from orbit_adapters.sql.settings import SqlStoredSettings
from orbit_adapters.sql.shield import run_to_completion
from orbit_adapters.sql.shop_chats import SqlShopChats
from orbit_adapters.sql.source_records import SqlCursors, SqlRateHistory, SqlSourceRecords
from orbit_adapters.sql.sqlite_lookup import SqliteLookup
from orbit_adapters.sql.statement_subjects import SqlStatements
from orbit_adapters.sql.subscription_links import SqlGoodCopies, SqlLinkDevices, SqlSubscriptionLinks
from orbit_adapters.sql.tables import users
from orbit_adapters.sql.users import SqlGrants, SqlSubscriptions, SqlUsers, customer_from
from orbit_domain.access.panel_connection import PanelConnections
from orbit_domain.access.rebalance import Rebalances
from orbit_domain.access.repository import Keys, PanelRecords
from orbit_domain.bookkeeping.comparisons import Comparisons
from orbit_domain.bookkeeping.periods import Periods
from orbit_domain.bookkeeping.statements import Statements
from orbit_domain.broadcast.repository import Broadcasts
from orbit_domain.gift.repository import Gifts
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.repository import Ledger
from orbit_domain.money import Currency
from orbit_domain.notice.invoice_message import InvoiceMessages
from orbit_domain.notice.repository import Outbox
from orbit_domain.old_data.repository import OldDataRows
from orbit_domain.order.repository import Orders
from orbit_domain.payment.claim import ReceiptClaims
from orbit_domain.payment.due import PaymentsDue
from orbit_domain.payment.inbox import Inbox
from orbit_domain.payment.kept_card import KeptCards
from orbit_domain.payment.payout import Payouts
from orbit_domain.payment.payout_address import PayoutAddresses
from orbit_domain.payment.repository import Cursors, Payments, RateHistory, Receipts, SourceRecords
from orbit_domain.plan.repository import Plans
from orbit_domain.promo.repository import Promos
from orbit_domain.referral.repository import Referrals
from orbit_domain.request_journal.repository import RecentRequests
from orbit_domain.shop_chat.repository import ShopChats
from orbit_domain.shop_setting.repository import StoredSettings
from orbit_domain.storage import AdminLog, AfterCommit, ChangeSet, StorageBusy, StorageError, Transaction
from orbit_domain.subscription.repository import Customer, Grants, Subscriptions
from orbit_domain.subscription_link.repository import GoodCopies, LinkDevices, SubscriptionLinks
from orbit_domain.support.repository import Cases
from orbit_domain.user.repository import Users

_NESTED = "a transaction is open in this task; pass its tx on instead of opening another"

log = structlog.get_logger()


class NestedTransaction(RuntimeError):
    """A transaction was opened inside another one, where it would wait for it for ever."""


class SqlTransaction:
    """Every repository, on one connection. They end with it."""

    def __init__(self, connection: AsyncConnection, changes: ChangeSet, base: Currency) -> None:
        self.users: Users = SqlUsers(connection, changes, base)
        self.plans: Plans = SqlPlans(connection)
        self.promos: Promos = SqlPromos(connection)
        self.referrals: Referrals = SqlReferrals(connection)
        self.orders: Orders = SqlOrders(connection)
        self.gifts: Gifts = SqlGifts(connection)
        self.payments: Payments = SqlPayments(connection)
        self.payments_due: PaymentsDue = SqlPaymentsDue(connection, changes, base)
        self.inbox: Inbox = SqlInbox(connection)
        self.invoice_messages: InvoiceMessages = SqlInvoiceMessages(connection)
        self.receipts: Receipts = SqlReceipts(connection)
        self.receipt_claims: ReceiptClaims = SqlReceiptClaims(connection)
        self.payouts: Payouts = SqlPayouts(connection)
        self.payout_addresses: PayoutAddresses = SqlPayoutAddresses(connection)
        self.kept_cards: KeptCards = SqlKeptCards(connection)
        self.source_records: SourceRecords = SqlSourceRecords(connection)
        self.cursors: Cursors = SqlCursors(connection)
        self.rate_history: RateHistory = SqlRateHistory(connection)
        self.ledger: Ledger = SqlLedger(connection, changes, base)
        self.subscriptions: Subscriptions = SqlSubscriptions(connection, changes, base)
        self.grants: Grants = SqlGrants(connection)
        self.keys: Keys = SqlKeys(connection, changes)
        self.panels: PanelRecords = SqlPanels(connection)
        self.subscription_links: SubscriptionLinks = SqlSubscriptionLinks(connection)
        self.good_copies: GoodCopies = SqlGoodCopies(connection)
        self.link_devices: LinkDevices = SqlLinkDevices(connection)
        self.panel_connections: PanelConnections = SqlPanelConnections(connection)
        self.rebalances: Rebalances = SqlRebalances(connection)
        self.shop_chats: ShopChats = SqlShopChats(connection)
        self.cases: Cases = SqlCases(connection)
        self.broadcasts: Broadcasts = SqlBroadcasts(connection)
        self.settings: StoredSettings = SqlStoredSettings(connection)
        self.outbox: Outbox = SqlOutbox(connection, changes)
        self.admin_log: AdminLog = SqlAdminLog(connection)
        self.old_data: OldDataRows = SqlOldDataRows(connection)
        self.comparisons: Comparisons = SqlComparisons(connection)
        self.periods: Periods = SqlPeriods(connection)
        self.statements: Statements = SqlStatements(connection)
        self.recent_requests: RecentRequests = SqlRecentRequests(connection, base)


class SqlStorage:
    """The port `Storage` over an engine made by `open_engine`, on a schema made by `migrate`; balances are in *base*.

    SQLite has one writer: transactions of this process queue here, fairly, instead of meeting its
    busy handler; other processes are waited for by SQLite itself, up to five seconds.
    """

    def __init__(self, engine: AsyncEngine, *after_commit: AfterCommit, base: Currency) -> None:
        self._engine = engine
        self._snapshots = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        self._base = base
        self._after_commit = after_commit
        self._writer_lock = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._inside: set[asyncio.Task[object]] = set()
        self._users = _lookup_of_users(engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction. Raises StorageError, and NestedTransaction when this task is inside one already."""
        task = asyncio.current_task()
        if task is None or task in self._inside:
            raise NestedTransaction(_NESTED)
        changes, may_be_recorded = ChangeSet(), False
        try:
            async with self._writer_lock:
                self._inside.add(task)
                connection = self._engine.connect()
                try:
                    with translate_errors(Operation.CONNECT):
                        transaction = await run_to_completion(_begun(connection))
                    yield SqlTransaction(connection, changes, self._base)
                    may_be_recorded = True
                    with translate_errors(Operation.COMMIT):
                        await run_to_completion(transaction.commit())
                finally:
                    self._inside.discard(task)
                    await run_to_completion(_closed(connection))
        finally:
            if may_be_recorded:
                for hook in self._after_commit:
                    await hook(changes)

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        """The customer by one read of its own. Raises StorageError, and NestedTransaction inside a transaction."""
        if asyncio.current_task() in self._inside:
            raise NestedTransaction(_NESTED)
        if self._users is not None:
            # After StorageBusy, as where an idle connection was cut, a transaction reads: it pings before, and waits.
            with suppress(StorageBusy):
                row = await self._users.fetch(tg_id)
                return None if row is None else customer_from(row, self._base)
        async with self.transaction() as tx:
            return await tx.subscriptions.customer(tg_id)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads; on SQLite it takes no place in the queue of writers."""
        connection = self._snapshots.connect()
        try:
            with translate_errors(Operation.CONNECT):
                connection = await run_to_completion(connection.start())
                transaction = await run_to_completion(connection.begin().start())
            yield SqlTransaction(connection, ChangeSet(), self._base)
            with translate_errors(Operation.STATEMENT):
                await run_to_completion(transaction.rollback())
        finally:
            await run_to_completion(_closed(connection))

    async def close(self) -> None:
        """Close the connections; call it when no transaction is open."""
        await self._engine.dispose()


def _lookup_of_users(engine: AsyncEngine) -> LookupConnection | None:
    """None behind a pooler that takes no prepared statements: there every read needs a transaction to be safe."""
    if engine.dialect.name == "sqlite":
        return SqliteLookup(engine, Lookup(users, engine))
    if engine.url.query.get("prepared_statement_cache_size") == "0":
        return None
    return PostgresLookup(engine, Lookup(users, engine))


async def _begun(connection: AsyncConnection) -> AsyncTransaction:
    """A transaction on *connection*, which is opened first."""
    opened = await connection.start()
    return await opened.begin().start()


async def _closed(connection: AsyncConnection) -> None:
    """Give the connection back; what wasn't committed is rolled back. One that was never opened needs nothing."""
    if connection.sync_connection is None:
        return
    try:
        with translate_errors(Operation.STATEMENT):
            await connection.close()
    except StorageError as error:
        # The server rolls back by itself what isn't committed when the connection ends. Raising this would hide
        # why the transaction failed, and keeping the connection would cost a place in the pool.
        log.info("connection_invalidated", reason=str(error))
        if not connection.closed:
            await connection.invalidate()
            await connection.close()
