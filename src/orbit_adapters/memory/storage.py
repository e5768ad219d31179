"""The whole storage in one process's memory: real transactions, one at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from orbit_adapters.memory.broadcasts import MemoryBroadcasts
from orbit_adapters.memory.cases import MemoryCases
from orbit_adapters.memory.comparisons import MemoryComparisons
from orbit_adapters.memory.gifts import MemoryGifts
from orbit_adapters.memory.inbox import MemoryInbox
from orbit_adapters.memory.invoice_messages import MemoryInvoiceMessages
from orbit_adapters.memory.kept_cards import MemoryKeptCards
from orbit_adapters.memory.keys import MemoryKeys
from orbit_adapters.memory.ledger import MemoryLedger
from orbit_adapters.memory.old_data import MemoryOldDataRows
from orbit_adapters.memory.orders import MemoryOrders, MemoryPlans
from orbit_adapters.memory.outbox import MemoryAdminLog, MemoryOutbox
from orbit_adapters.memory.panel_records import MemoryPanelConnections, MemoryPanelRecords
from orbit_adapters.memory.payments import MemoryPayments
from orbit_adapters.memory.payments_due import MemoryPaymentsDue
from orbit_adapters.memory.payout_addresses import MemoryPayoutAddresses
from orbit_adapters.memory.payouts import MemoryPayouts
from orbit_adapters.memory.periods import MemoryPeriods
from orbit_adapters.memory.promos import MemoryPromos
from orbit_adapters.memory.rebalances import MemoryRebalances
from orbit_adapters.memory.receipt_claims import MemoryReceiptClaims
from orbit_adapters.memory.receipts import MemoryReceipts
from orbit_adapters.memory.recent_requests import MemoryRecentRequests
from orbit_adapters.memory.referrals import MemoryReferrals
from orbit_adapters.memory.settings import MemoryStoredSettings
from orbit_adapters.memory.shop_chats import MemoryShopChats
from orbit_adapters.memory.source_records import MemoryCursors, MemoryRateHistory, MemorySourceRecords
from orbit_adapters.memory.statement_subjects import MemoryStatements
from orbit_adapters.memory.subscription_links import MemoryGoodCopies, MemoryLinkDevices, MemorySubscriptionLinks
from orbit_adapters.memory.tables import Session, Tables, TransactionClosed
from orbit_adapters.memory.users import MemoryGrants, MemorySubscriptions, MemoryUsers
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
from orbit_domain.storage import AdminLog, AfterCommit, Transaction
from orbit_domain.subscription.repository import Customer, Grants, Subscriptions
from orbit_domain.subscription_link.repository import GoodCopies, LinkDevices, SubscriptionLinks
from orbit_domain.support.repository import Cases
from orbit_domain.user.repository import Users


class MemoryTransaction:
    """Every repository, on one session."""

    def __init__(self, session: Session, base: Currency) -> None:
        self.users: Users = MemoryUsers(session, base)
        self.plans: Plans = MemoryPlans(session)
        self.promos: Promos = MemoryPromos(session)
        self.referrals: Referrals = MemoryReferrals(session)
        self.orders: Orders = MemoryOrders(session)
        self.gifts: Gifts = MemoryGifts(session)
        self.payments: Payments = MemoryPayments(session)
        self.payments_due: PaymentsDue = MemoryPaymentsDue(session)
        self.inbox: Inbox = MemoryInbox(session)
        self.invoice_messages: InvoiceMessages = MemoryInvoiceMessages(session)
        self.receipts: Receipts = MemoryReceipts(session)
        self.receipt_claims: ReceiptClaims = MemoryReceiptClaims(session)
        self.payouts: Payouts = MemoryPayouts(session)
        self.payout_addresses: PayoutAddresses = MemoryPayoutAddresses(session)
        self.kept_cards: KeptCards = MemoryKeptCards(session)
        self.source_records: SourceRecords = MemorySourceRecords(session)
        self.cursors: Cursors = MemoryCursors(session)
        self.rate_history: RateHistory = MemoryRateHistory(session)
        self.ledger: Ledger = MemoryLedger(session, base)
        self.subscriptions: Subscriptions = MemorySubscriptions(session)
        self.grants: Grants = MemoryGrants(session)
        self.keys: Keys = MemoryKeys(session)
        self.subscription_links: SubscriptionLinks = MemorySubscriptionLinks(session)
        self.good_copies: GoodCopies = MemoryGoodCopies(session)
        self.link_devices: LinkDevices = MemoryLinkDevices(session)
        self.panels: PanelRecords = MemoryPanelRecords(session)
        self.panel_connections: PanelConnections = MemoryPanelConnections(session)
        self.rebalances: Rebalances = MemoryRebalances(session)
        self.shop_chats: ShopChats = MemoryShopChats(session)
        self.cases: Cases = MemoryCases(session)
        self.broadcasts: Broadcasts = MemoryBroadcasts(session)
        self.settings: StoredSettings = MemoryStoredSettings(session)
        self.outbox: Outbox = MemoryOutbox(session)
        self.admin_log: AdminLog = MemoryAdminLog(session)
        self.old_data: OldDataRows = MemoryOldDataRows(session)
        self.comparisons: Comparisons = MemoryComparisons(session)
        self.periods: Periods = MemoryPeriods(session)
        self.statements: Statements = MemoryStatements(session)
        self.recent_requests: RecentRequests = MemoryRecentRequests(session)


class MemoryStorage:
    """The port `Storage` without any service; balances are in *base*.

    Transactions wait for one another; an exception undoes everything.
    """

    def __init__(self, *after_commit: AfterCommit, base: Currency) -> None:
        self.base = base
        self._after_commit = after_commit
        self._tables = Tables()
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction.

        Raises TransactionClosed when this task is inside one already, instead of waiting for ever.
        """
        self._refuse_nesting()
        async with self._lock:
            self._holder = asyncio.current_task()
            session = Session(self._tables)
            try:
                yield MemoryTransaction(session, self.base)
                self._tables.undo_log.commit()
            finally:
                # After a commit there is nothing left to undo.
                self._tables.undo_log.rollback()
                session.end()
                self._holder = None
        for hook in self._after_commit:
            await hook(session.changes)

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        """The customer, between two transactions. Raises TransactionClosed inside one of this task."""
        self._refuse_nesting()
        async with self._lock:
            return await MemorySubscriptions(Session(self._tables)).customer(tg_id)

    def _refuse_nesting(self) -> None:
        task = asyncio.current_task()
        if task is not None and task is self._holder:
            raise TransactionClosed("a transaction is open in this task; pass its tx on instead of opening another")

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that only reads; here it waits like any other."""
        return self.transaction()
