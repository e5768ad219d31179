"""The owner chooses which chat is for what."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.shop_chat.shop_chat import EventKind, NoShopChat, Place, Purpose, ShopChat, shop_chat_subject
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage, telegram_actor
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class ShopChatsView:
    """Who looks, and every chosen chat."""

    user: User
    chats: tuple[ShopChat, ...]

    def of(self, purpose: Purpose) -> ShopChat | None:
        """The chat for *purpose*."""
        return next((one for one in self.chats if one.purpose is purpose), None)


@dataclass(frozen=True, slots=True)
class ShowShopChats:
    """Read them. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> ShopChatsView:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(tg_id, self.owner), Permission.CHOOSE_CHATS)
            return ShopChatsView(user, await tx.shop_chats.all())


@dataclass(frozen=True, slots=True)
class ChooseShopChat:
    """Let *place* serve a purpose, or no more where it does already. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId, purpose: Purpose, place: Place) -> ShopChatsView:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(tg_id, self.owner), Permission.CHOOSE_CHATS)
            chosen = await tx.shop_chats.lock(purpose)
            if chosen is not None and chosen.lost_at is None and _is_same(chosen.place, place):
                await tx.shop_chats.remove(purpose)
                action = "drop_chat"
            else:
                muted = chosen.muted if chosen is not None else frozenset[EventKind]()
                await tx.shop_chats.put(ShopChat(purpose, place, tg_id, now, now, muted=muted))
                action = "choose_chat"
            subject = shop_chat_subject(purpose)
            await tx.admin_log.add(
                AdminAction(self.ids.uuid(), telegram_actor(tg_id), action, subject, place.title, now)
            )
            return ShopChatsView(user, await tx.shop_chats.all())


@dataclass(frozen=True, slots=True)
class MuteEvent:
    """Tell a kind of event no more, or again. Raises NotPermitted, NoSuchUser, NoShopChat."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId, kind: EventKind) -> ShopChatsView:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(tg_id, self.owner), Permission.CHOOSE_CHATS)
            chat = await tx.shop_chats.lock(Purpose.EVENTS)
            if chat is None:
                raise NoShopChat(Purpose.EVENTS)
            await tx.shop_chats.put(chat.toggle(kind))
            action, subject = "unmute_event" if kind in chat.muted else "mute_event", shop_chat_subject(Purpose.EVENTS)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), telegram_actor(tg_id), action, subject, kind, now))
            return ShopChatsView(user, await tx.shop_chats.all())


def _is_same(chosen: Place, place: Place) -> bool:
    return (chosen.chat_id, chosen.thread_id) == (place.chat_id, place.thread_id)
