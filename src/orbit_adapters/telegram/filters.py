"""The aiogram filter of a button: lets a tap through when its data is of one kind, and hands the data on."""

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from orbit_adapters.telegram.callbacks import Callback


class Tapped(Filter):
    """`Tapped(BuyPlan)` passes taps on such buttons and gives the handler `callback_data: BuyPlan`."""

    def __init__(self, kind: type[Callback]) -> None:
        self.kind = kind

    async def __call__(self, tap: CallbackQuery) -> bool | dict[str, Callback]:
        """The data under the name `callback_data`, or False."""
        found = self.kind.unpack(tap.data or "")
        return {"callback_data": found} if found is not None else False
