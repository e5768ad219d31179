"""What a reconciliation reads from the records, each list bounded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import KeyId, OrderId, TelegramId
from orbit_domain.money import Currency
from orbit_domain.payment.source_record import SourceRecord


@dataclass(frozen=True, slots=True)
class AssetAccount:
    """The account through which money of one method enters. Units of *currency*.

    `units` stands on it, negative while something is held; `booked_units` came by entries of receipts, and
    `received_units` is what the receipts add up to.
    """

    method: str
    currency: Currency
    units: int
    booked_units: int
    received_units: int


class Comparisons(Protocol):
    """Questions whose right answer is "none", and the records to compare a source with. Each reads, nothing more."""

    async def first_record(self, source: str) -> SourceRecord | None:
        """The oldest record of *source* by (occurred_at, external_id)."""

    async def last_record_before(self, source: str, at: datetime) -> SourceRecord | None:
        """The newest record of *source* that is older than *at*."""

    async def records(
        self, source: str, since: datetime, until: datetime, after: SourceRecord | None, limit: int
    ) -> tuple[SourceRecord, ...]:
        """Records of *source* in [since, until) by (occurred_at, external_id); *after* continues a listing."""

    async def asset_accounts(self) -> tuple[AssetAccount, ...]:
        """Every method and asset in which money has arrived, or was booked, by name."""

    async def orders_without_time(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Paid and delivered orders for which no time was ever given, by id."""

    async def time_without_order(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Orders that gave time and were never paid, or don't exist, with the customer, by cause."""

    async def customers_without_key(self, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """Customers with time left at *now* who never had a key, by id: who has deleted the last one knows."""

    async def keys_without_time(self, now: datetime, limit: int) -> tuple[tuple[KeyId, TelegramId], ...]:
        """Enabled keys that end after *now*, of customers who were never given time, by id."""
