"""Where promo codes and their uses are kept."""

from datetime import datetime
from typing import Protocol

from orbit_domain.ids import OrderId, PromoCode, TelegramId
from orbit_domain.promo.promo import Promo, PromoUse


class Promos(Protocol):
    """The codes of the shop, by their upper-case names, and which customer has entered which."""

    async def add_if_absent(self, promo: Promo) -> bool:
        """Record a new code, unused; False when there is one of this name."""

    async def get(self, code: PromoCode) -> Promo | None:
        """The code as it stands now."""

    async def newest(self, limit: int) -> tuple[Promo, ...]:
        """The newest codes, newest first, then by name."""

    async def stop(self, code: PromoCode, at: datetime) -> bool:
        """Nobody gets anything by it any more. False when it is unknown or was stopped before."""

    async def count_use(self, code: PromoCode) -> bool:
        """Count one use more in one statement; False, and nothing counted, when none is left or it is stopped."""

    async def enter(self, code: PromoCode, tg_id: TelegramId, at: datetime) -> bool:
        """A customer has entered the code; False when they have before."""

    async def use(self, code: PromoCode, tg_id: TelegramId, at: datetime, order_id: OrderId | None = None) -> bool:
        """The customer's one use of it. False when it is used already, or was never entered."""

    async def use_of(self, code: PromoCode, tg_id: TelegramId) -> PromoUse | None:
        """What the customer did with the code."""

    async def waiting(self, tg_id: TelegramId) -> tuple[Promo, ...]:
        """The codes that the customer has entered and not used, by name: discounts, whether or not they are valid."""
