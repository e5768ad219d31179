"""Which card renews a customer's subscription."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.storage import Storage
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class CardView:
    """What people call the card, and the most that is taken for one period. An empty *title*: there is no card."""

    user: User
    title: str = ""
    limit: Money | None = None


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Read the kept card. Raises NoSuchUser."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> CardView:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            card = await tx.kept_cards.of_user(tg_id)
            order = await tx.orders.get(card.order_id) if card and card.order_id else None
        if user is None:
            raise NoSuchUser(tg_id)
        return CardView(user, card.card_title, order.full_price) if card and order else CardView(user)
