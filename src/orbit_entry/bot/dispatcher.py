"""The bot's handlers put together: who may come in, what is tried in which order, what becomes of errors."""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from dishka import AsyncContainer
from dishka.integrations.aiogram import inject_router, setup_dishka

from orbit_entry.bot import errors
from orbit_entry.bot.handlers import balance, connect, custom_amount, home, payment, settings, shop, start, stats
from orbit_entry.bot.handlers import help as help_
from orbit_entry.bot.middlewares import ForgetDialog, PrivateOnly
from orbit_entry.bot.rate_limit import RateLimitMiddleware

_TOPICS = (start, home, shop, payment, connect, balance, settings, stats, help_)


def build_dispatcher(
    container: AsyncContainer,
    support: str = "",
    dialogs: BaseStorage | None = None,
    limit: RateLimitMiddleware | None = None,
) -> Dispatcher:
    """A dispatcher over the verbs of *container*. *support* is the Telegram username people may write to, if any.

    What isn't let in is counted in `dispatcher["ignored"]`. Open *dialogs* live in this process unless told
    otherwise: after a restart a typed sum is met with the hint at home, and nothing else is lost. *limit* turns
    floods away.
    """
    dispatcher = Dispatcher(storage=dialogs or MemoryStorage())
    door = PrivateOnly()
    dispatcher["support"] = support
    dispatcher["ignored"] = door.ignored
    dispatcher.update.outer_middleware(door)
    if limit is not None:
        dispatcher.update.outer_middleware(limit)
    for topic in _TOPICS:
        router = topic.routes()
        router.message.middleware(ForgetDialog())
        router.callback_query.middleware(ForgetDialog())
        dispatcher.include_router(router)
    dispatcher.include_routers(custom_amount.routes(), home.last_routes(), errors.routes())
    setup_dishka(container, dispatcher)
    # At once rather than at start-up, which a dispatcher that is fed by hand never goes through.
    inject_router(dispatcher)
    return dispatcher
