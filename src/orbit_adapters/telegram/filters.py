"""The aiogram filter for buttons."""

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from orbit_adapters.telegram.callback_data import Callback


class Tapped(Filter):
    """`Tapped(BuyPlan)` matches taps on such buttons and passes `callback_data: BuyPlan` to the handler."""

    def __init__(self, kind: type[Callback]) -> None:
        self.kind = kind

    async def __call__(self, tap: CallbackQuery) -> bool | dict[str, Callback]:
        """The data under the name `callback_data`, or False."""
        found = self.kind.unpack(tap.data or "")
        return {"callback_data": found} if found is not None else False
