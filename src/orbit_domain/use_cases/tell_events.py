"""Tell the chosen chat what happens in the shop."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.shop_notices import OrderHappened, StaffActed
from orbit_domain.order.order import Order
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose, ShopChat
from orbit_domain.steps.already_done import named_actions
from orbit_domain.steps.notify import notify_all
from orbit_domain.storage import AdminAction, Storage, Transaction

_OVERLAP = timedelta(minutes=5)
"""What was committed late, by a slow transaction, is found too: a second message has the same dedupe key."""

_ORDERS, _ACTIONS = 50, 100
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
        told, reading = 0, _Reading()
        while self.owner is not None and not reading.is_over:
            told += await self._read_on(reading, self.owner)
        return told

    async def _read_on(self, reading: "_Reading", owner: TelegramId) -> int:
        async with self.storage.transaction() as tx:
            now, chat = self.clock.now(), await tx.shop_chats.lock(Purpose.EVENTS)
            if chat is None:
                reading.is_over = True
                return 0
            since = reading.since = reading.since or max(chat.set_at, chat.told_until - _OVERLAP)
            orders = await tx.orders.paid_since(since, reading.last, _ORDERS)
            told = await self._tell_orders(tx, chat, owner, orders, now)
            reading.is_over = len(orders) < _ORDERS
            if reading.is_over:
                told += await self._tell_actions(tx, chat, owner, since, now)
            else:
                reading.last = orders[-1]
            until = now if reading.is_over else orders[-1].paid_at or now
            if until > chat.told_until:
                await tx.shop_chats.put(replace(chat, told_until=until))
            return told

    async def _tell_orders(
        self, tx: Transaction, chat: ShopChat, owner: TelegramId, orders: tuple[Order, ...], now: datetime
    ) -> int:
        wanted = {_order(one).dedupe_key(owner): one for one in orders if _kind(one) not in chat.muted}
        known = await tx.outbox.known(list(wanted)) if wanted else frozenset()
        notices: list[tuple[TelegramId, Notice]] = []
        for key, order in wanted.items():
            if key not in known:
                user = await tx.users.get(order.tg_id)
                notices.append((owner, replace(_order(order), username=user.username if user else None)))
        return await notify_all(tx, self.ids, notices, now)

    async def _tell_actions(
        self, tx: Transaction, chat: ShopChat, owner: TelegramId, since: datetime, now: datetime
    ) -> int:
        if EventKind.STAFF in chat.muted:
            return 0
        newest = [one for one in await tx.admin_log.newest(_ACTIONS) if one.at >= since and one.action not in _QUIET]
        named = await named_actions(tx, tuple(reversed(newest)))
        return await notify_all(tx, self.ids, [(owner, _action(action, name)) for action, name in named], now)


@dataclass(slots=True)
class _Reading:
    """How far one run has read: those told before don't fill a page so that later ones aren't told."""

    since: datetime | None = None
    last: Order | None = None
    is_over: bool = False


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
