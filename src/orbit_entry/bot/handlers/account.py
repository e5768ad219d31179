"""An account is deleted: what that means, the question, and the yes."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import account_callbacks
from orbit_adapters.telegram.account_callbacks import AskDeletion, SeeDeletion
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screens.account import ask_deletion_screen, deleted_screen, deletion_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.delete_account import DeleteAccount
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.use_cases.show_deletion import Consent, ShowDeletion
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The routes out of the shop. `start` has the way back."""
    router = Router(name="account")
    router.callback_query.register(see, Tapped(SeeDeletion))
    router.callback_query.register(ask, Tapped(AskDeletion))
    router.callback_query.register(delete, Tapped(account_callbacks.DeleteAccount))
    return router


async def see(
    tap: CallbackQuery,
    tg_id: TelegramId,
    show_deletion: FromDishka[ShowDeletion],
    read_shop_settings: FromDishka[ReadShopSettings],
) -> None:
    """Show what is erased, kept and lost."""
    await show(tap, deletion_screen(await show_deletion(tg_id), (await read_shop_settings()).support))


async def ask(tap: CallbackQuery, tg_id: TelegramId, show_deletion: FromDishka[ShowDeletion]) -> None:
    """Ask once more."""
    await show(tap, ask_deletion_screen(await show_deletion(tg_id)))


async def delete(
    tap: CallbackQuery,
    callback_data: account_callbacks.DeleteAccount,
    tg_id: TelegramId,
    show_home: FromDishka[ShowHome],
    delete_account: FromDishka[DeleteAccount],
) -> None:
    """Delete the account, and say so in the language that is forgotten with it."""
    language = (await show_home(tg_id)).user.language
    await delete_account(tg_id, Consent(callback_data.shown_at, callback_data.stamp))
    await show(tap, deleted_screen(Translator(language)))
