"""What every Storage promises: every sentence of its ports' docstrings, as a test.

Subclass `StorageContract`, give it a `storage` fixture that yields an empty storage for each test, made with the
fixture `hearing` as its AfterCommit, and name the exceptions by which it refuses what contradicts itself.
"""

from orbit_adapters.contracts.storage_books import AuditPromises, OutboxPromises
from orbit_adapters.contracts.storage_changes import ChangePromises
from orbit_adapters.contracts.storage_money import ChainPromises, LedgerPromises, ReceiptPromises
from orbit_adapters.contracts.storage_people import KeyPromises, UserPromises
from orbit_adapters.contracts.storage_sales import OrderPromises, PaymentPromises
from orbit_adapters.contracts.storage_transactions import TransactionPromises
from orbit_adapters.contracts.storage_values import ValuePromises


class StorageContract(
    TransactionPromises,
    ChangePromises,
    UserPromises,
    OrderPromises,
    PaymentPromises,
    ReceiptPromises,
    ChainPromises,
    LedgerPromises,
    AuditPromises,
    KeyPromises,
    OutboxPromises,
    ValuePromises,
):
    """One storage, empty before each test.

    `conflict` is raised by a record that contradicts what is recorded: a second of something unique,
    or something that belongs to nobody. `over`: a repository after its transaction. `nested`: a
    transaction inside another. `bad_value`: a value that can't be stored, such as a naive time.
    """
