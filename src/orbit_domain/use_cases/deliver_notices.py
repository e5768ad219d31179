"""Send the notices that are due."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.notice.notice import InvoiceChanged, KeyReady
from orbit_domain.notice.ports import Notifier, RetryLater, Unreachable
from orbit_domain.notice.repository import UNREACHABLE, DropReason, NotYet, OutboxMessage
from orbit_domain.notice.shop_chat_ports import ChatLost, ChatMoved, ShopChatNotifier
from orbit_domain.shop_chat.shop_chat import ShopChat
from orbit_domain.steps.chosen_chat import chosen_chat, lose_chat, move_chat
from orbit_domain.steps.judge_notice import judge_notice
from orbit_domain.storage import Storage, retry_on_busy
from orbit_domain.subscription.repository import Customer
from orbit_domain.use_cases.give_link import GiveLink
from orbit_domain.user.user import User

_UNTIL_STARTED = timedelta(minutes=1)
_AFTER_A_FAULT = timedelta(hours=1)
_PATIENCE = 100
"""After so many attempts a notice loses its place: an error of its own must not silence a person for ever."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A message with the facts of now, whom it is addressed to, and the chat that gets it in their place."""

    message: OutboxMessage
    customer: Customer | None
    chat: ShopChat | None = None


@dataclass(frozen=True, slots=True)
class StaffChats:
    """How the chats of the staff are written to."""

    notifier: ShopChatNotifier
    ids: Ids


@dataclass(frozen=True, slots=True)
class DeliverNotices:
    """Claim what is due, send it, record it. A crash in between sends it again; no notice is lost.

    Notices are claimed one by one: the lease outlives the longest call of the notifier, and what becomes due during
    a run takes its place by urgency. With *give_link* the shop's own link stands in place of a panel's. With
    *staff_chats*, what is for the staff goes to the chat that was chosen for it; when that is lost, to its addressee.
    """

    storage: Storage
    clock: Clock
    notifier: Notifier
    batch: int = 20
    lease: timedelta = timedelta(seconds=120)
    give_link: GiveLink | None = None
    staff_chats: StaffChats | None = None

    async def __call__(self) -> int:
        """How many notices were sent."""
        sent = 0
        unexpected: Exception | None = None
        for _ in range(self.batch):
            claimed = await self._claim()
            if claimed is None:
                break
            try:
                sent += await self._deliver(claimed)
            except Exception as error:  # One notice that fails unexpectedly doesn't hold up the others.
                unexpected = error
        if unexpected is not None:
            raise unexpected
        return sent

    async def _claim(self) -> _Claimed | None:
        """The next message with the facts of now. One that isn't to be sent is dropped, one for later is held."""
        while True:
            now = self.clock.now()
            async with self.storage.transaction() as tx:
                claimed = await tx.outbox.claim(now, now + self.lease, 1)
                if not claimed:
                    return None
                (message,) = claimed
                customer = await tx.subscriptions.customer(message.tg_id)
                if customer is None:
                    return _Claimed(message, None)
                match await judge_notice(tx, message.notice, customer, now):
                    case DropReason() as reason:
                        await tx.outbox.drop(message, now, reason)
                    case NotYet(until):
                        await tx.outbox.hold(message, until)
                    case notice:
                        chat = await chosen_chat(tx, notice) if self.staff_chats is not None else None
                        return _Claimed(replace(message, notice=notice), customer, chat)

    async def _deliver(self, claimed: _Claimed) -> bool:
        message, customer = claimed.message, claimed.customer
        if customer is None:
            # The owner is told of things too, and may not have pressed /start yet.
            later = self.clock.now() + _UNTIL_STARTED
            await retry_on_busy(lambda: self._postpone(message, later, "the user hasn't started the bot"))
            return False
        return await self._send(replace(claimed, message=await self._with_own_link(message)), customer)

    async def _with_own_link(self, message: OutboxMessage) -> OutboxMessage:
        notice = message.notice
        if self.give_link is None or not isinstance(notice, KeyReady) or not notice.subscription_url:
            return message
        own = await self.give_link(message.tg_id)
        return message if own is None else replace(message, notice=replace(notice, subscription_url=own.url))

    async def _send(self, claimed: _Claimed, customer: Customer) -> bool:
        message, chat, user = claimed.message, claimed.chat, customer.user
        try:
            await self._tell(message, user, chat)
        except (ChatLost, ChatMoved) as gone:
            outcome = gone
            await retry_on_busy(lambda: self._again_without(message, chat, outcome))
            return False
        except Unreachable:
            await retry_on_busy(lambda: self._give_up(message))
            return False
        except RetryLater as error:
            later, reason = self.clock.now() + error.after, error.reason
            again = self._postpone if error.keeps_place and message.attempts < _PATIENCE else self._set_aside
            await retry_on_busy(lambda: again(message, later, reason))
            return False
        except Exception as error:
            # Set aside, or it would come again as soon as its lease ends, and before all others.
            later, name = self.clock.now() + _AFTER_A_FAULT, type(error).__name__
            await retry_on_busy(lambda: self._set_aside(message, later, name))
            raise
        await retry_on_busy(lambda: self._done(message, user))
        return True

    async def _tell(self, message: OutboxMessage, user: User, chat: ShopChat | None) -> None:
        if chat is None or self.staff_chats is None:
            is_quiet = user.notices.quiet_until(self.clock.now()) is not None
            await self.notifier.send(message.tg_id, user.language, message.notice, silent=is_quiet)
        else:
            await self.staff_chats.notifier.post(chat, user.language, message.notice)

    async def _again_without(self, message: OutboxMessage, chat: ShopChat | None, error: ChatLost | ChatMoved) -> None:
        """Send it again at once: to the chat's new number, or to its addressee, who is told that the chat is lost."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            if chat is not None and isinstance(error, ChatMoved):
                await move_chat(tx, chat.place.chat_id, error.chat_id)
            elif chat is not None and self.staff_chats is not None:
                await lose_chat(tx, self.staff_chats.ids, chat, message.tg_id, now)
            await tx.outbox.postpone(message, now, f"the chat: {type(error).__name__}")

    async def _done(self, message: OutboxMessage, user: User) -> None:
        async with self.storage.transaction() as tx:
            # An invoice's message that is gone says nothing: nothing was sent.
            if user.unreachable_at is not None and not isinstance(message.notice, InvoiceChanged):
                await tx.users.set_unreachable(user.tg_id, None)
            await tx.outbox.mark_done(message, self.clock.now())

    async def _postpone(self, message: OutboxMessage, later: datetime, reason: str) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.postpone(message, later, reason)

    async def _set_aside(self, message: OutboxMessage, later: datetime, reason: str) -> None:
        async with self.storage.transaction() as tx:
            await tx.outbox.set_aside(message, later, reason)

    async def _give_up(self, message: OutboxMessage) -> None:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await tx.users.set_unreachable(message.tg_id, now)
            await tx.outbox.dead_letter(message, now, UNREACHABLE)
