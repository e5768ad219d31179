"""The bot's dispatcher: middlewares, routers in their order, error handlers."""

from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from dishka import AsyncContainer
from dishka.integrations.aiogram import inject_router

from orbit_entry.bot import errors
from orbit_entry.bot.handlers import (
    account,
    admin,
    auto_renewal,
    backups,
    balance,
    broadcast_drafts,
    broadcasts,
    card,
    cases,
    claims,
    clean_up,
    connect,
    custom_amount,
    devices,
    gift_message,
    gifts,
    groups,
    health,
    home,
    key_name,
    keys,
    metrics,
    notices,
    offers,
    panels,
    payment,
    payout_address,
    payouts,
    places,
    pre_checkout,
    promo,
    promo_codes,
    questions,
    renewal,
    setting_values,
    settings,
    shop,
    shop_chats,
    shop_settings,
    staff_dialogs,
    start,
    stats,
    transfer_claim,
    waiting,
)
from orbit_entry.bot.handlers import help as help_
from orbit_entry.bot.live_screens import LiveScreens
from orbit_entry.bot.middlewares import EndDialog, OneLiveMenu, PrivateChatsOnly, TurnBannedAway
from orbit_entry.bot.short_way import ShortWayDispatcher
from orbit_entry.bot.taps import Taps

_TOPICS = (
    home,
    places,
    start,
    shop,
    payment,
    card,
    auto_renewal,
    renewal,
    gifts,
    connect,
    keys,
    devices,
    balance,
    settings,
    account,
    notices,
    stats,
    health,
    metrics,
    help_,
    claims,
    payouts,
    admin,
    panels,
    clean_up,
    backups,
    shop_settings,
    waiting,
    cases,
    shop_chats,
)
_DIALOGS = (
    custom_amount,
    promo,
    transfer_claim,
    questions,
    payout_address,
    key_name,
    gift_message,
    staff_dialogs,
    setting_values,
    broadcasts,
    broadcast_drafts,
    offers,
    promo_codes,
)


def build_dispatcher(
    container: AsyncContainer,
    dialogs: BaseStorage | None = None,
    live_screens: LiveScreens | None = None,
) -> ShortWayDispatcher:
    """A dispatcher over the use cases of *container*.

    Updates that no handler gets are counted in `dispatcher["ignored"]`. Without *dialogs* open dialogs are kept in
    memory: after a restart a typed amount is answered by the hint at home, and nothing else is lost.
    """
    taps = Taps()
    dispatcher = ShortWayDispatcher(dialogs or MemoryStorage(), container, taps)
    private_chats = PrivateChatsOnly()
    dispatcher["ignored"] = private_chats.ignored
    dispatcher["live_screens"] = live_screens or LiveScreens()
    dispatcher.update.outer_middleware(private_chats)
    dispatcher.update.outer_middleware(OneLiveMenu(dispatcher.menus))
    plain_start = start.plain_routes()
    plain_start.message.middleware(EndDialog())
    dispatcher.include_routers(plain_start, groups.routes())
    for topic in _TOPICS:
        router = topic.routes()
        taps.take(router, ends_dialog=True)
        router.message.middleware(EndDialog())
        dispatcher.include_router(router)
    for dialog in _DIALOGS:
        router = dialog.routes()
        taps.take(router, ends_dialog=False)
        dispatcher.include_router(router)
    dispatcher.include_routers(home.fallback_routes(), pre_checkout.routes(), errors.routes())
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.outer_middleware(TurnBannedAway())
    # Done here, not at start-up: a dispatcher that is fed by hand has no start-up.
    inject_router(dispatcher)
    dispatcher.callback_query.register(taps.handle, taps.find)
    return dispatcher
