"""Home, and everything that leads nowhere else."""

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.home import home_screen, lost_screen, outdated_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_home import ShowHome

_WRITTEN = {
    ContentType.TEXT, ContentType.STICKER, ContentType.PHOTO, ContentType.VIDEO, ContentType.VOICE, ContentType.AUDIO,
    ContentType.VIDEO_NOTE, ContentType.ANIMATION, ContentType.DOCUMENT, ContentType.CONTACT, ContentType.LOCATION,
    ContentType.VENUE, ContentType.POLL, ContentType.DICE, ContentType.STORY,
}  # fmt: skip


def routes() -> Router:
    """The home button."""
    router = Router(name="home")
    router.callback_query.register(home, Tapped(SeeHome))
    return router


def last_routes() -> Router:
    """For what no other handler wants."""
    router = Router(name="lost")
    router.callback_query.register(outdated)
    router.message.register(lost, F.content_type.in_(_WRITTEN))
    return router


async def home(tap: CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Back to the beginning."""
    await show(tap, home_screen(await show_home(tg_id)))


async def outdated(tap: CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """A button nobody knows any more, or never knew."""
    await show(tap, outdated_screen(await show_home(tg_id)))


async def lost(message: Message, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Words, stickers, pictures: a gentle hint."""
    await show(message, lost_screen(await show_home(tg_id)))
