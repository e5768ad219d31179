"""Everything known about one customer: what the storage records, and what chain, panel and notifier hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.key import Key
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, StatementLine
from orbit_domain.notice.notice import Notice, OrderPaid
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Grant
from tests.support.world import PRICE, World

T = TypeVar("T")

ALL = 1_000_000
_PAID = (OrderState.PAID, OrderState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer that the customer sent: where it stands on the chain, and its nanotons."""

    lt: int
    units: int


@dataclass(frozen=True, slots=True)
class PanelAccount:
    """An account on the panel. `key_id` is the key that it was made for, as text."""

    username: str
    expires_at: datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands outside the storage. `crashes` is how often a process died: each may repeat one notice.

    `notices` is None where they can't be read, for example as rendered text in a chat.
    `kopecks_elsewhere` is what the customer paid by other ways than the chain. `whole_seconds`: the panel rounds the
    end of an account up to whole seconds.
    """

    sent: tuple[Sent, ...]
    accounts: tuple[PanelAccount, ...]
    notices: tuple[Notice, ...] | None
    crashes: int = 0
    kopecks_per_coin: int = PRICE
    kopecks_elsewhere: int = 0
    whole_seconds: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One customer. Lists are in the order of creation. `receipts` and `arrivals` (the ledger's entries about them)
    belong to the transfers that the customer sent, by their lt. `cursor_lt` is 0 while there are none.
    """

    balance: int
    ends_at: datetime | None
    cursor_lt: int
    statement_lines: tuple[StatementLine, ...]
    receipts: dict[int, Receipt]
    arrivals: dict[int, tuple[Entry, ...]]
    orders: tuple[Order, ...]
    payments: tuple[Payment, ...]
    grants: tuple[Grant, ...]
    keys: tuple[Key, ...]
    messages: tuple[OutboxMessage, ...]
    outside: Outside

    @property
    def paid_orders(self) -> tuple[str, ...]:
        """The ids of the orders that were paid, sorted."""
        return tuple(sorted(str(order.id) for order in self.orders if order.state in _PAID))

    @property
    def paid_until(self) -> datetime | None:
        """The end of all the time that was paid for, when it never lapsed in between; None: nothing was paid."""
        if not self.grants:
            return None
        return self.grants[0].at + sum((timedelta(seconds=grant.seconds) for grant in self.grants), timedelta())


async def read_facts(
    storage: Storage, source: str, tg_id: TelegramId, outside: Outside, newest: int = ALL
) -> Facts | None:
    """The facts about *tg_id*, who paid to the chain account *source*; None before the first /start.

    They belong together when the storage's transactions see one snapshot. Only the *newest* ledger entries are read.
    """
    async with storage.transaction() as tx:
        customer = await tx.subscriptions.customer(tg_id)
        if customer is None:
            return None
        lts = [one.lt for one in outside.sent]
        cursor = await tx.cursors.get(source) if lts else None
        receipts = {lt: await tx.receipts.get(source, str(lt)) for lt in lts}
        entries = await tx.ledger.newest(newest) if lts else ()
        arrived = [entry for entry in entries if entry.kind is EntryKind.RECEIPT]
        return Facts(
            balance=customer.user.balance.units,
            ends_at=customer.subscription.ends_at,
            cursor_lt=int(cursor.position.partition(":")[0] or 0) if cursor is not None else 0,
            statement_lines=_oldest_first(await tx.ledger.statement_lines(tg_id, ALL)),
            receipts={lt: receipt for lt, receipt in receipts.items() if receipt is not None},
            arrivals={lt: tuple(entry for entry in arrived if entry.ref == f"{source}|{lt}") for lt in lts},
            orders=_oldest_first(await tx.orders.newest(tg_id, ALL)),
            payments=_oldest_first(await tx.payments.of_user(tg_id, ALL)),
            grants=await tx.grants.of_user(tg_id),
            keys=await tx.keys.of_user(tg_id),
            messages=_oldest_first(await tx.outbox.of_user(tg_id, ALL)),
            outside=outside,
        )


def outside_of(world: World, tg_id: TelegramId, sent: Sequence[SourceRecord], crashes: int) -> Outside:
    """What chain, panel and notifier of *world* hold about *tg_id*, who sent the transfers *sent*."""
    return Outside(
        sent=tuple(Sent(int(record.external_id), record.amount.units) for record in sent),
        accounts=tuple(_accounts(world.panel, tg_id)),
        notices=tuple(world.notices(tg_id)),
        crashes=crashes,
    )


def is_account_of(username: str, tg_id: TelegramId) -> bool:
    """Whether the panel account *username* belongs to *tg_id*, whatever its number."""
    return username.split("_")[:2] == ["orbit", str(tg_id)]


def notified_orders(notices: Sequence[Notice]) -> list[str]:
    """The ids of the orders whose payment *notices* confirm, sorted."""
    return sorted(str(notice.order_id) for notice in notices if isinstance(notice, OrderPaid))


def _accounts(panel: MemoryPanel, tg_id: TelegramId) -> Iterator[PanelAccount]:
    for username, stored in panel.accounts.items():
        if stored.wanted is not None and is_account_of(username, tg_id):
            yield PanelAccount(username, stored.wanted.expires_at, str(stored.wanted.key_id))


def _oldest_first(newest_first: tuple[T, ...]) -> tuple[T, ...]:
    return newest_first[::-1]
