"""Where orders are kept."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import Nonce, OrderId, TelegramId
from orbit_domain.order.order import Order


class Orders(Protocol):
    """Every wish to buy."""

    async def add_if_absent(self, order: Order) -> Order:
        """Record *order* unless its nonce is known; the order of that nonce either way."""

    async def get(self, order_id: OrderId) -> Order | None:
        """The order, if it exists."""

    async def by_nonce(self, tg_id: TelegramId, nonce: Nonce) -> Order | None:
        """The order this user made with *nonce*."""

    async def lock(self, order_id: OrderId) -> Order:
        """The order, held until the transaction ends. Raises NoSuchOrder."""

    async def save(self, order: Order) -> None:
        """Record the order's new state."""

    async def reprice(self, order: Order) -> bool:
        """Record its price and its discount; False, and nothing changed, unless it is open."""

    async def undelivered(self, tg_id: TelegramId) -> tuple[Order, ...]:
        """What waits for the user's keys, oldest first: own paid orders, and gifts that the user has taken."""

    async def undelivered_of(self, tg_ids: Collection[TelegramId]) -> tuple[Order, ...]:
        """The same of several users at once, oldest first; `Order.holder` says whose each is."""

    async def newest(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The user's newest orders, newest first."""

    async def given(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The gifts that the user has paid, newest first, also those whose price went back."""

    async def received(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        """The gifts that the user has taken, the last taken first."""

    async def waiting_since(self, paid_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders whose delivery began before that and isn't done, by (`due_since`, id); *after* continues a listing."""

    async def paid_since(self, at: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders paid then or later, whatever became of them, by (time paid, id); *after* continues a listing."""

    async def open_since(self, created_before: datetime, after: Order | None, limit: int) -> tuple[Order, ...]:
        """Orders opened before that and still not paid, oldest first; *after* continues a listing.

        Without those for which a payment is open, or was opened since.
        """
