"""The chats of the staff in SQL."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one
from orbit_adapters.sql.support_tables import shop_chats
from orbit_domain.ids import TelegramId
from orbit_domain.shop_chat.shop_chat import EventKind, Place, Purpose, ShopChat


class SqlShopChats:
    """The port `ShopChats`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> tuple[ShopChat, ...]:
        """Every chosen chat, by purpose."""
        rows = await fetch_all(self._connection, select(shop_chats).order_by(shop_chats.c.purpose))
        return tuple(_chat_from(row) for row in rows)

    async def get(self, purpose: Purpose) -> ShopChat | None:
        """The chat for *purpose*."""
        row = await fetch_one(self._connection, select(shop_chats).where(shop_chats.c.purpose == purpose))
        return _chat_from(row) if row is not None else None

    async def lock(self, purpose: Purpose) -> ShopChat | None:
        """The same, held until the transaction ends."""
        locked = select(shop_chats).where(shop_chats.c.purpose == purpose).with_for_update()
        row = await fetch_one(self._connection, locked)
        return _chat_from(row) if row is not None else None

    async def put(self, chat: ShopChat) -> None:
        """One statement, whether one was chosen before or not."""
        row = {
            "chat_id": chat.place.chat_id,
            "thread_id": chat.place.thread_id,
            "title": chat.place.title,
            "is_forum": chat.place.is_forum,
            "set_by": chat.set_by,
            "set_at": chat.set_at,
            "told_until": chat.told_until,
            "lost_at": chat.lost_at,
            "muted": sorted(chat.muted),
        }
        insert = dialect_insert(self._connection, shop_chats).values(purpose=chat.purpose, **row)
        await execute(self._connection, insert.on_conflict_do_update(index_elements=["purpose"], set_=row))

    async def remove(self, purpose: Purpose) -> None:
        """None is chosen any more."""
        await execute(self._connection, delete(shop_chats).where(shop_chats.c.purpose == purpose))


def _chat_from(row: Row) -> ShopChat:
    known = set(EventKind)
    return ShopChat(
        purpose=Purpose(row["purpose"]),
        place=Place(row["chat_id"], row["thread_id"], row["title"], row["is_forum"]),
        set_by=TelegramId(row["set_by"]),
        set_at=row["set_at"],
        told_until=row["told_until"],
        lost_at=row["lost_at"],
        muted=frozenset(EventKind(kind) for kind in row["muted"] if kind in known),
    )
