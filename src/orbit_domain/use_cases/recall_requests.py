"""Let a restored shop know again what customers have asked for since its backup."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.order.order import Order
from orbit_domain.request_journal.requests import Requests, is_asked_for
from orbit_domain.steps.recall_request import (
    pay_again,
    recall_key,
    recall_link,
    recall_order,
    recall_payment,
    recall_user,
)
from orbit_domain.storage import Storage, StorageBusy, StorageUnavailable, Transaction, transact

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Recalled:
    """How many rows of each kind are there again, and how many orders were `paid` again: they cost nothing, or the
    balance paid them. `left_out`: the kind and the error of each row that contradicts what is recorded, or is none.
    """

    users: int
    orders: int
    payments: int
    keys: int
    links: int
    paid: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecallRequests:
    """Record what is missing, in the state of something that was asked for and isn't paid. A second call adds none.

    Each row has a transaction of its own: one that is wrong, in whatever way, holds up no other. No money is recorded:
    the providers are read again. What was paid from the balance is paid from it again.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, requests: Requests) -> Recalled:
        """How much that was. Raises StorageError when the database can't be used."""
        rows = _Rows(self.storage)
        keys = [one.key for one in requests.keys if not one.key.deleted]
        links = {one.link.tg_id: one.link for one in requests.keys if one.link is not None}
        # The newest request of a method is the one that stays open.
        payments = sorted(filter(is_asked_for, requests.payments), key=lambda one: _age(one.created_at), reverse=True)
        return Recalled(
            # Whoever invited somebody came before.
            users=await rows.each(sorted(requests.users, key=lambda one: _age(one.created_at)), recall_user),
            orders=await rows.each(requests.orders, recall_order),
            payments=await rows.each(payments, recall_payment),
            keys=await rows.each(sorted(keys, key=lambda one: one.number), recall_key),
            links=await rows.each(links.values(), recall_link),
            paid=await rows.each(sorted(requests.from_balance, key=lambda one: _age(one.created_at)), self._pay),
            left_out=tuple(rows.left_out),
        )

    async def _pay(self, tx: Transaction, order: Order) -> bool:
        return await pay_again(tx, order, self.clock.now(), self.ids)


@dataclass(slots=True)
class _Rows:
    storage: Storage
    left_out: list[str] = field(default_factory=list)

    async def each(self, rows: Iterable[Row], recall: Callable[[Transaction, Row], Awaitable[bool]]) -> int:
        """How many of *rows* were recorded."""
        return sum([await self._one(row, recall) for row in rows])

    async def _one(self, row: Row, recall: Callable[[Transaction, Row], Awaitable[bool]]) -> bool:
        try:
            return await transact(self.storage, lambda tx: recall(tx, row))
        except (StorageBusy, StorageUnavailable):
            raise
        except Exception as error:  # a row from outside may be wrong in any way, and holds up no other
            self.left_out.append(f"{type(row).__name__}: {type(error).__name__}")
            return False


def _age(at: datetime) -> datetime:
    """Comparable, whether the row's time has a zone or not."""
    return at.replace(tzinfo=UTC)
