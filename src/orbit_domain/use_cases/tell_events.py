"""Tell the chosen chat what happens in the shop."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.shop_notices import OrderHappened, StaffActed
from orbit_domain.order.order import Order
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose, ShopChat
from orbit_domain.steps.already_done import named_actions
from orbit_domain.steps.notify import notify
from orbit_domain.storage import AdminAction, Storage, Transaction

_OVERLAP = timedelta(minutes=5)
"""What was committed late, by a slow transaction, is found too: a second message has the same dedupe key."""

_ORDERS, _ACTIONS = 200, 100
_QUIET = frozenset({"write", "close_case", "choose_chat", "drop_chat", "mute_event", "unmute_event"})
"""The daily talk of the staff, which the chat shows anyway."""


@dataclass(frozen=True, slots=True)
class TellEvents:
    """Read what was recorded since the last time, and put it into the outbox, each once.

    Read from the records of the shop, so that no sale waits for it, and nothing is told that was rolled back.
    Without a chosen chat nothing is read.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self) -> int:
        """How many are new."""
        if self.owner is None:
            return 0
        async with self.storage.transaction() as tx:
            chat = await tx.shop_chats.lock(Purpose.EVENTS)
            if chat is None:
                return 0
            now = self.clock.now()
            since = max(chat.set_at, chat.told_until - _OVERLAP)
            orders = await tx.orders.paid_since(since, _ORDERS)
            told = await self._tell_orders(tx, chat, self.owner, orders, now)
            told += await self._tell_actions(tx, chat, self.owner, since, now)
            until = (orders[-1].paid_at or now) if len(orders) == _ORDERS else now
            if until > chat.told_until:
                await tx.shop_chats.put(replace(chat, told_until=until))
            return told

    async def _tell_orders(
        self, tx: Transaction, chat: ShopChat, owner: TelegramId, orders: tuple[Order, ...], now: datetime
    ) -> int:
        wanted = {_order(one).dedupe_key(owner): one for one in orders if _kind(one) not in chat.muted}
        known = await tx.outbox.known(list(wanted)) if wanted else frozenset()
        told = 0
        for key, order in wanted.items():
            if key not in known:
                user = await tx.users.get(order.tg_id)
                notice = replace(_order(order), username=user.username if user else None)
                told += await notify(tx, self.ids, owner, notice, now)
        return told

    async def _tell_actions(
        self, tx: Transaction, chat: ShopChat, owner: TelegramId, since: datetime, now: datetime
    ) -> int:
        if EventKind.STAFF in chat.muted:
            return 0
        newest = [one for one in await tx.admin_log.newest(_ACTIONS) if one.at >= since and one.action not in _QUIET]
        told = 0
        for action, username in await named_actions(tx, tuple(reversed(newest))):
            told += await notify(tx, self.ids, owner, _action(action, username), now)
        return told


def _kind(order: Order) -> EventKind:
    return EventKind.TRIAL if order.terms.is_trial else EventKind.SALE


def _order(order: Order) -> OrderHappened:
    at = order.paid_at or order.created_at
    terms = order.terms
    return OrderHappened(
        order.id, order.tg_id, None, terms.code, dict(terms.titles), order.price.units, terms.is_trial, at
    )


def _action(action: AdminAction, username: str | None) -> StaffActed:
    number = action.subject.removeprefix("user:")
    customer = int(number) if number != action.subject and number.isdecimal() else None
    return StaffActed(
        action.id, action.actor, username, action.action, action.subject, customer, action.reason, action.at
    )
