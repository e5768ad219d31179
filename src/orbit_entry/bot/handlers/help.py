"""Help, payments that aren't visible, and the invitation."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import SeeHelp, SeeInvite, SeePaySupport
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.help import help_screen, paysupport_screen
from orbit_adapters.telegram.screens.invite import invite_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_invite import ShowInvite
from orbit_domain.use_cases.show_payment_help import ShowPaymentHelp


def routes() -> Router:
    """The routes to help and invitation."""
    router = Router(name="help")
    router.message.register(help_, Command("help", ignore_case=True))
    router.message.register(paysupport, Command("paysupport", ignore_case=True))
    router.callback_query.register(help_, Tapped(SeeHelp))
    router.callback_query.register(paysupport, Tapped(SeePaySupport))
    router.callback_query.register(invite, Tapped(SeeInvite))
    return router


async def help_(event: Message | CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Show the help."""
    await show(event, help_screen(await show_home(tg_id)))


async def paysupport(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    show_payment_help: FromDishka[ShowPaymentHelp],
    read_shop_settings: FromDishka[ReadShopSettings],
) -> None:
    """Look, and show what to do when a payment isn't visible."""
    await show(event, paysupport_screen(await show_payment_help(tg_id), (await read_shop_settings()).support))


async def invite(tap: CallbackQuery, tg_id: TelegramId, bot: Bot, show_invite: FromDishka[ShowInvite]) -> None:
    """Show the customer's own link. aiogram asks Telegram for the bot's username once."""
    invitation = await show_invite(tg_id)
    me = await bot.me()
    await show(tap, invite_screen(invitation, me.username or ""))
