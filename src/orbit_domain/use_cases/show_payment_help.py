"""What the shop knows of the money that a customer misses."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage
from orbit_domain.user.user import NoSuchUser, User

_PAYMENTS = 3


@dataclass(frozen=True, slots=True)
class PaymentHelp:
    """The customer with the balance of now, and their newest payments."""

    user: User
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class ShowPaymentHelp:
    """Look, past every cache. Raises NoSuchUser."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> PaymentHelp:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            return PaymentHelp(user, await tx.payments.of_user(tg_id, _PAYMENTS))
