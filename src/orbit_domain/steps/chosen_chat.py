"""Which chat of the staff a notice goes to, and what happens when that chat is gone."""

from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.purposes import purpose_of
from orbit_domain.notice.shop_notices import ShopChatLost
from orbit_domain.shop_chat.shop_chat import Purpose, ShopChat
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction

_ONLY_CHOSEN = frozenset({Purpose.EVENTS, Purpose.SUMMARY})


async def chosen_chat(tx: Transaction, notice: Notice) -> ShopChat | None:
    """The chat for *notice*. None: it goes to the person it is addressed to."""
    purpose = purpose_of(notice)
    chat = await tx.shop_chats.get(purpose) if purpose is not None else None
    return chat if chat is not None and chat.lost_at is None else None


async def is_wanted(tx: Transaction, notice: Notice) -> bool:
    """Events and summaries are only for a chat that was chosen; one that is lost was chosen too."""
    purpose = purpose_of(notice)
    return purpose not in _ONLY_CHOSEN or await tx.shop_chats.get(purpose) is not None


async def lose_chat(tx: Transaction, ids: Ids, lost: ShopChat, tg_id: TelegramId, now: datetime) -> None:
    """Nothing is sent to *lost* any more, and *tg_id*, who stands in for it, is told. Once: others may be quicker."""
    chat = await tx.shop_chats.lock(lost.purpose)
    if chat is not None and chat.place == lost.place and chat.lost_at is None:
        await tx.shop_chats.put(chat.lose(now))
        await notify(tx, ids, tg_id, ShopChatLost(chat.purpose, chat.place.title, now), now)


async def move_chat(tx: Transaction, old_id: int, new_id: int) -> None:
    """The group has another number now, whatever it is for."""
    for chosen in await tx.shop_chats.all():
        if chosen.place.chat_id == old_id:
            await tx.shop_chats.put(chosen.move(new_id))
