"""The buttons of private chats: the word of a button's data names its handler, in one look-up."""

from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, TelegramObject
from dishka.integrations.aiogram import inject_handler

from orbit_adapters.telegram.callback_data import Callback, word_of
from orbit_adapters.telegram.filters import Tapped
from orbit_entry.bot.private_chats import is_private


@dataclass(frozen=True, slots=True)
class _Route:
    kind: type[Callback]
    handler: HandlerObject
    ends_dialog: bool


class Taps:
    """Every button of the shop and its handler.

    Topics register their buttons in routers, as aiogram's documentation shows. Routers ask one filter after another;
    with 150 buttons that takes longer than all the rest of a tap. So the buttons are taken out of the routers.
    """

    def __init__(self) -> None:
        self._routes: dict[str, _Route] = {}

    def take(self, router: Router, *, ends_dialog: bool) -> None:
        """Take the buttons of *router*. Raises ValueError for one that another router has, or with another filter."""
        for handler in router.callback_query.handlers:
            kind = _kind(handler)
            if kind.word in self._routes:
                raise ValueError(f"two handlers for the button {kind.word!r}")
            self._routes[kind.word] = _Route(kind, inject_handler(handler), ends_dialog)
        router.callback_query.handlers.clear()

    async def find(self, tap: CallbackQuery) -> bool | dict[str, Any]:
        """The filter: what was tapped and its route. False outside of private chats, and for data of no button."""
        if not is_private(tap):
            return False
        data = tap.data or ""
        route = self._routes.get(word_of(data))
        found = None if route is None else route.kind.unpack(data)
        return False if found is None else {"callback_data": found, "route": route}

    async def handle(self, tap: TelegramObject, route: _Route, **data: Any) -> Any:
        """Call the button's handler. Most buttons end the dialog that waits for a text."""
        if route.ends_dialog and data["raw_state"] is not None:
            state: FSMContext = data["state"]
            await state.clear()
        return await route.handler.call(tap, **data)


def _kind(handler: HandlerObject) -> type[Callback]:
    match handler.filters:
        case [one] if isinstance(one.callback, Tapped):
            return one.callback.kind
    raise ValueError(f"{handler.callback} must have the filter Tapped, and no other")
