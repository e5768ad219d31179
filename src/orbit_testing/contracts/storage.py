"""The contract of every Storage: each statement of the ports' docstrings, as a test.

Subclass `StorageContract`, give it a `storage` fixture that yields an empty storage for each test, made with the
fixture `recorded_changes` as its AfterCommit, and name the exceptions by which it refuses what contradicts itself.
"""

from orbit_testing.contracts.storage_bookkeeping import ComparisonContract, PeriodContract, StatementContract
from orbit_testing.contracts.storage_broadcasts import BroadcastContract
from orbit_testing.contracts.storage_changes import ChangeSetContract
from orbit_testing.contracts.storage_gifts import GiftContract
from orbit_testing.contracts.storage_inbox import InboxContract
from orbit_testing.contracts.storage_invoice_messages import InvoiceMessageContract
from orbit_testing.contracts.storage_kept_cards import KeptCardContract
from orbit_testing.contracts.storage_key_batches import KeyBatchContract
from orbit_testing.contracts.storage_keys import KeyContract
from orbit_testing.contracts.storage_ledger_audit import LedgerAuditContract
from orbit_testing.contracts.storage_lookups import LookupContract
from orbit_testing.contracts.storage_money import LedgerContract, ReceiptContract
from orbit_testing.contracts.storage_old_data import OldDataContract
from orbit_testing.contracts.storage_outbox import OutboxContract
from orbit_testing.contracts.storage_panels import PanelContract
from orbit_testing.contracts.storage_payments_due import PaymentsDueContract
from orbit_testing.contracts.storage_payouts import PayoutContract
from orbit_testing.contracts.storage_people import UserContract
from orbit_testing.contracts.storage_promos import PromoContract
from orbit_testing.contracts.storage_rebalances import RebalanceContract
from orbit_testing.contracts.storage_receipt_claims import ReceiptClaimContract
from orbit_testing.contracts.storage_referrals import ReferralContract
from orbit_testing.contracts.storage_requests import RecentRequestsContract
from orbit_testing.contracts.storage_reversals import ReversalContract
from orbit_testing.contracts.storage_sales import OrderContract, PaymentContract
from orbit_testing.contracts.storage_settings import StoredSettingContract
from orbit_testing.contracts.storage_sources import SourceContract
from orbit_testing.contracts.storage_subscription_links import SubscriptionLinkContract
from orbit_testing.contracts.storage_support import CaseContract, ShopChatContract
from orbit_testing.contracts.storage_transactions import TransactionContract
from orbit_testing.contracts.storage_values import ValueContract


class StorageContract(
    TransactionContract,
    LookupContract,
    ChangeSetContract,
    UserContract,
    OrderContract,
    GiftContract,
    PromoContract,
    ReferralContract,
    PaymentContract,
    PaymentsDueContract,
    InboxContract,
    InvoiceMessageContract,
    ReceiptContract,
    ReceiptClaimContract,
    PayoutContract,
    KeptCardContract,
    SourceContract,
    ReversalContract,
    LedgerContract,
    LedgerAuditContract,
    KeyBatchContract,
    KeyContract,
    SubscriptionLinkContract,
    PanelContract,
    RebalanceContract,
    OutboxContract,
    BroadcastContract,
    OldDataContract,
    StoredSettingContract,
    ShopChatContract,
    CaseContract,
    ValueContract,
    ComparisonContract,
    PeriodContract,
    StatementContract,
    RecentRequestsContract,
):
    """One storage, empty before each test.

    `conflict` is raised by a record that contradicts what is recorded: a second of something unique,
    or a missing owner. `over`: a repository after its transaction. `nested`: a
    transaction inside another. `bad_value`: a value that can't be stored, such as a naive time. `is_restricted`:
    whether the storage's own account makes no owners, and changes roles and bans with their rows in the log only.
    """
