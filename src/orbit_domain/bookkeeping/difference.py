"""What a reconciliation finds: each difference names what differs, and the command that mends it where there is one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.ids import KeyId, OrderId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import SourceRecord

Remedy = tuple[str, ...]
"""The words of a command, without its own name; each takes a reason besides. Empty: a person has to look."""

USER = "USER"
"""Stands in a remedy for the customer whom a person has to name."""


class _Unmendable:
    __slots__ = ()

    @property
    def remedy(self) -> Remedy:
        """No command: a person has to find out which side is right."""
        return ()


@dataclass(frozen=True, slots=True)
class UnrecordedMoney:
    """The provider shows a record that was read past, or never shown before, and that isn't recorded."""

    source: str
    external_id: str
    shown: Money
    occurred_at: datetime

    @property
    def remedy(self) -> Remedy:
        """The command that mends it."""
        return ("receipts", "book", f"{self.source}|{self.external_id}")


@dataclass(frozen=True, slots=True)
class VanishedRecord(_Unmendable):
    """What is recorded isn't shown by the provider any more."""

    source: str
    external_id: str
    recorded: Money
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ChangedRecord(_Unmendable):
    """The provider shows something else under the same name than what is recorded."""

    source: str
    external_id: str
    recorded: Money
    shown: Money


@dataclass(frozen=True, slots=True)
class MisbookedAsset(_Unmendable):
    """What the receipts of one method add up to isn't what the ledger has booked as having arrived."""

    method: str
    currency: Currency
    received_units: int
    booked_units: int


@dataclass(frozen=True, slots=True)
class WrongHoldings(_Unmendable):
    """What the ledger says is held by a method, and what its account really holds. Units, of any sign."""

    method: str
    currency: Currency
    ledger_units: int
    held_units: int


@dataclass(frozen=True, slots=True)
class OrderWithoutTime:
    """An order was paid, and gave no time."""

    order_id: OrderId
    tg_id: TelegramId

    @property
    def remedy(self) -> Remedy:
        """The command that mends it."""
        return ("refund", "order", str(self.order_id))


@dataclass(frozen=True, slots=True)
class TimeWithoutOrder(_Unmendable):
    """Time was given for an order that was never paid."""

    order_id: OrderId
    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class CustomerWithoutKey:
    """A customer has time left and no key."""

    tg_id: TelegramId

    @property
    def remedy(self) -> Remedy:
        """The command that mends it."""
        return ("keys", "mend", str(self.tg_id))


@dataclass(frozen=True, slots=True)
class KeyWithoutTime:
    """A key works that nobody has ever been given time for."""

    key_id: KeyId
    tg_id: TelegramId

    @property
    def remedy(self) -> Remedy:
        """The command that mends it."""
        return ("keys", "mend", str(self.tg_id))


@dataclass(frozen=True, slots=True)
class OldUnmatchedMoney:
    """Money that has been waiting for its owner for too long."""

    ref: str
    amount: Money
    seen_at: datetime

    @property
    def remedy(self) -> Remedy:
        """The command that mends it."""
        return ("unmatched", "assign", self.ref, USER)


Difference = (
    UnrecordedMoney
    | VanishedRecord
    | ChangedRecord
    | MisbookedAsset
    | WrongHoldings
    | OrderWithoutTime
    | TimeWithoutOrder
    | CustomerWithoutKey
    | KeyWithoutTime
    | OldUnmatchedMoney
)


def unrecorded(shown: SourceRecord) -> UnrecordedMoney:
    """That *shown* isn't recorded."""
    return UnrecordedMoney(shown.source, shown.external_id, shown.amount, shown.occurred_at)


def vanished(recorded: SourceRecord) -> VanishedRecord:
    """That *recorded* isn't shown."""
    return VanishedRecord(recorded.source, recorded.external_id, recorded.amount, recorded.occurred_at)


def changed(shown: SourceRecord, recorded: SourceRecord) -> ChangedRecord | None:
    """What differs between two records of one name. Their digests say: each covers all that the source compares."""
    if (shown.digest, shown.amount, shown.meaning) == (recorded.digest, recorded.amount, recorded.meaning):
        return None
    return ChangedRecord(shown.source, shown.external_id, recorded.amount, shown.amount)


def misbooked(accounts: Sequence[AssetAccount]) -> Iterator[MisbookedAsset]:
    """The accounts on which the ledger has booked something else than the receipts say."""
    for one in accounts:
        if one.booked_units != one.received_units:
            yield MisbookedAsset(one.method, one.currency, one.received_units, one.booked_units)


def wrong_holdings(
    accounts: Sequence[AssetAccount], held: Mapping[tuple[str, str], Sequence[Money]]
) -> Iterator[WrongHoldings]:
    """The accounts that don't equal what is *held*, by method and code of the asset. What isn't known isn't there."""
    units = {(one.method, one.currency.code): -one.units for one in accounts}
    for (method, code), balances in held.items():
        together = sum(one.units for one in balances)
        in_ledger = units.get((method, code), 0)
        if in_ledger != together:
            yield WrongHoldings(method, balances[0].currency, in_ledger, together)


def too_old(receipts: Sequence[Receipt], before: datetime, dust: Mapping[str, int]) -> Iterator[OldUnmatchedMoney]:
    """Those of the unmatched *receipts* that were seen before that and aren't *dust*, in units by source."""
    for one in receipts:
        if one.seen_at < before and one.amount.units >= dust.get(one.source, 0):
            yield OldUnmatchedMoney(one.ref, one.amount, one.seen_at)
