"""Which updates of groups have anything to do with the shop. Read before anything is asked of the database."""

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from orbit_adapters.telegram.support_callbacks import ChooseHere

_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_COMMAND = "/here"


def is_of_staff(request: Message | CallbackQuery | ChatMemberUpdated, bot_id: int) -> bool:
    """`/here`, its switches, and replies to the bot's own messages; the rest is people talking to each other."""
    if isinstance(request, ChatMemberUpdated):
        return False
    message = request if isinstance(request, Message) else request.message
    if message is None or message.chat.type not in _GROUPS:
        return False
    if isinstance(request, CallbackQuery):
        return ChooseHere.unpack(request.data or "") is not None
    if (request.text or "").lower().startswith(_COMMAND):
        return True
    replied_to = request.reply_to_message
    return replied_to is not None and replied_to.from_user is not None and replied_to.from_user.id == bot_id
