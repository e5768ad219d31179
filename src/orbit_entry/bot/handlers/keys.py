"""The list of keys: one more is made, one is deleted, one stops waiting for its region."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import key_callbacks
from orbit_adapters.telegram.callbacks import SeeKeys
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.key_callbacks import AskDeleteKey, OfferKey
from orbit_adapters.telegram.screens.keys import (
    added_screen,
    ask_delete_screen,
    deleted_screen,
    keys_screen,
    region_screen,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.add_key import AddKey
from orbit_domain.use_cases.delete_key import DeleteKey
from orbit_domain.use_cases.list_keys import ListKeys
from orbit_domain.use_cases.list_regions import ListRegions
from orbit_domain.use_cases.place_anywhere import PlaceAnywhere


def routes() -> Router:
    """The routes from the list of keys."""
    router = Router(name="keys")
    router.callback_query.register(keys, Tapped(SeeKeys))
    router.callback_query.register(offer, Tapped(OfferKey))
    router.callback_query.register(add, Tapped(key_callbacks.AddKey))
    router.callback_query.register(ask_delete, Tapped(AskDeleteKey))
    router.callback_query.register(delete, Tapped(key_callbacks.DeleteKey))
    router.callback_query.register(place_anywhere, Tapped(key_callbacks.PlaceAnywhere))
    return router


async def keys(tap: CallbackQuery, tg_id: TelegramId, list_keys: FromDishka[ListKeys]) -> None:
    """Show all keys."""
    await show(tap, keys_screen(await list_keys(tg_id)))


async def offer(
    tap: CallbackQuery,
    callback_data: OfferKey,
    tg_id: TelegramId,
    list_regions: FromDishka[ListRegions],
    add_key: FromDishka[AddKey],
    list_keys: FromDishka[ListKeys],
) -> None:
    """Ask for the region. Where there is nothing to choose, the key is made at once."""
    regions = await list_regions()
    if len(regions) > 1:
        await show(tap, region_screen(await list_keys(tg_id), callback_data.nonce, regions))
        return
    await add_key(tg_id, callback_data.nonce)
    await show(tap, added_screen(await list_keys(tg_id)))


async def add(
    tap: CallbackQuery,
    callback_data: key_callbacks.AddKey,
    tg_id: TelegramId,
    add_key: FromDishka[AddKey],
    list_keys: FromDishka[ListKeys],
) -> None:
    """Make one more key in the chosen region."""
    await add_key(tg_id, callback_data.nonce, callback_data.region)
    await show(tap, added_screen(await list_keys(tg_id)))


async def ask_delete(
    tap: CallbackQuery, callback_data: AskDeleteKey, tg_id: TelegramId, list_keys: FromDishka[ListKeys]
) -> None:
    """Ask before a key is deleted."""
    await show(tap, ask_delete_screen(await list_keys(tg_id), callback_data.key))


async def delete(
    tap: CallbackQuery,
    callback_data: key_callbacks.DeleteKey,
    tg_id: TelegramId,
    delete_key: FromDishka[DeleteKey],
    list_keys: FromDishka[ListKeys],
) -> None:
    """Delete a key, and show the others."""
    await delete_key(tg_id, callback_data.key)
    await show(tap, deleted_screen(await list_keys(tg_id)))


async def place_anywhere(
    tap: CallbackQuery,
    callback_data: key_callbacks.PlaceAnywhere,
    tg_id: TelegramId,
    place: FromDishka[PlaceAnywhere],
    list_keys: FromDishka[ListKeys],
) -> None:
    """Let a key live in any region."""
    await place(tg_id, callback_data.key)
    await show(tap, keys_screen(await list_keys(tg_id)))
